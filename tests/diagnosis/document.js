// Writes docs/diagnosis.md: each failed login, what Countersign says and what node-saml says.

import { readFileSync } from 'node:fs'
import { complaint, rootCause } from './catalogue.js'

/** File, heading. */
const GROUPS = [
  ['addressing', 'Addresses and names'],
  ['trust', 'Certificates, signing and encryption'],
  ['time', 'Clocks'],
  ['session', 'Requests and repetition'],
  ['status', 'What the identity provider refuses'],
  ['claims', 'Users, claims and authentication'],
  ['encoding', 'Messages that cannot be read'],
  ['pasted', 'Something else in the place of a response'],
  ['damage', 'Messages that were rewritten'],
]

/** The most characters of an answer that the table shows. */
const SHOWN = 230

/** What node-saml said when it was asked last: message by id, `null` where it signs the user in. */
export function readAnswers() {
  const file = new URL('node-saml.json', import.meta.url)
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8'))))
}

/** Whether a message names the cause: it holds one of the words that the case lists. */
export function names(failure, message) {
  return failure.names.some((pattern) => new RegExp(pattern, 'i').test(message ?? ''))
}

/** The document. */
export function written(catalogue, reports, answers) {
  const rows = catalogue.map((failure, index) => row(failure, reports[index], answers))
  const count = (test) => rows.filter(test).length
  const [all, right] = [rows.length, count(({ complete }) => complete)]
  const [ours, theirs] = [count(({ ours }) => ours), count(({ theirs }) => theirs)]
  const accepted = count(({ answer }) => answer === null)
  const sections = GROUPS.map(([file, title]) => section(title, rows, file))
  return `# What a failed login is told

<!-- written by tests/diagnosis/compare.js -->

Each row is a failed login as administrators meet it: a message, the set-up it meets, and the one
thing that is wrong. [tests/diagnosis](../tests/diagnosis/README.md) holds them, each with the root
cause it has to get and the facts its hint has to hold, such as the URL to add, the thumbprint that
signed, or the field to change. \`tests/diagnosis.rs\` and \`tests/js/node/diagnosis.test.js\` run
them.

| of ${all} failed logins | Countersign | @node-saml/node-saml 5.1.0 |
| --- | --- | --- |
| right code, right check, every fact in the hint | ${right} | (it has no codes and no hints) |
| the message names the cause | ${ours} | ${theirs} |
| refused without naming it | ${all - ours} | ${all - theirs - accepted} |
| the user is signed in | 0 | ${accepted} |

A message names the cause where it holds one of the words that the case lists under \`names\`:
regular expressions that were written before any message was looked at, and generous, so that
*InResponseTo is not valid* counts for the back button, for a lost cookie and for a replay. Of
Countersign, what is judged is \`check.expected\`, \`check.actual\` and \`check.hint\` of the root
cause; of node-saml, the message of the error and of its causes. node-saml is set up for the same
demands (tests/diagnosis/node-saml.js); for some it has no option, such as multifactor
authentication, required claims or a check of Destination, and then it signs the user in.
Answers are shown up to ${SHOWN} characters; ✓ marks those that name the cause.

${sections.join('\n\n')}
`
}

function row(failure, report, answers) {
  const { hint, actual, expected, code } = rootCause(report)
  const answer = answers.get(failure.id)
  if (answer === undefined) throw new Error(`${failure.id}: node-saml was not asked`)
  return {
    failure,
    code,
    hint,
    answer,
    complete: complaint(failure, report) === undefined,
    ours: names(failure, [expected, actual, hint].join(' ')),
    theirs: names(failure, answer),
  }
}

function section(title, rows, file) {
  const lines = rows
    .filter(({ failure }) => failure.file === file)
    .map(({ failure, code, hint, answer, ours, theirs }) => {
      const theirSaying = answer === null ? '*signs the user in*' : cell(answer)
      const short = code.replace('ERR_SAML_', '')
      return (
        `| ${cell(failure.why)} | ${ours ? '✓ ' : ''}\`${short}\` ${cell(hint)} ` +
        `| ${theirs ? '✓ ' : ''}${theirSaying} |`
      )
    })
  return `## ${title}\n\n| what went wrong | Countersign | node-saml |\n| --- | --- | --- |\n${lines.join('\n')}`
}

/** A text within a table: on one line, cut at a word, and nothing of it markup. */
function cell(text) {
  const line = text.replace(/\s+/g, ' ').trim()
  const cut = line.length <= SHOWN ? line : `${line.slice(0, line.lastIndexOf(' ', SHOWN))} …`
  return cut.replace(/[\\`*_[\]<>|&]/g, (one) => `&#${one.charCodeAt(0)};`)
}
