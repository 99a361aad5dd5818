// @ts-check
// Puts the page together: the form is judged, and what was found stands below it.

import { certificatesSection } from './certificates.js'
import { checksTable, summary } from './checks.js'
import { copySection } from './copy.js'
import { ignoreOtherDrops } from './document-field.js'
import { byId, element } from './element.js'
import { isSamlError, judge, load } from './engine.js'
import { prepareExamples } from './examples.js'
import { check, fillIn, onCheck, onEdit, prepareForm, readForm, say } from './form.js'
import { messageSection } from './message.js'
import { remedy } from './remedies.js'
import { defect, setUpError, verdict } from './verdict.js'

const result = byId('result', HTMLElement)

/** Says that the form was changed; there as long as a verdict is. */
const outdated = element(
  'p',
  { class: 'outdated', hidden: '' },
  'The form was changed after this verdict. Check again.',
)

async function start() {
  ignoreOtherDrops()
  try {
    await load()
  } catch (error) {
    say('The engine could not be loaded. Is the folder “countersign” beside the page complete?')
    throw error
  }
  prepareForm()
  onCheck(judgeForm)
  onEdit(() => {
    outdated.hidden = false
  })
  say('Ready.')
  await prepareExamples((example) => {
    fillIn(example)
    outdated.hidden = false
    say(`Loaded: ${example.about} Choose Check.`)
    byId('check', HTMLButtonElement).focus()
  })
}

async function judgeForm() {
  const setUp = readForm()
  try {
    const found = await judge(setUp)
    const next = { remedy: remedy(found.report), onRemedy: check }
    show(
      verdict(found, setUp, next),
      checksTable(found.report),
      messageSection(found.report),
      certificatesSection(found),
      copySection(found.report, say),
    )
    const word = found.report.ok ? 'Accepted' : 'Refused'
    say(`${word}: ${summary(found.report.checks)}`)
  } catch (error) {
    if (isSamlError(error)) {
      show(setUpError(error))
      say('Not judged: the set-up is wrong.')
    } else {
      show(defect())
      say('Not judged: the page failed.')
      throw error
    }
  }
}

/** @param {(HTMLElement | undefined)[]} parts */
function show(...parts) {
  outdated.hidden = true
  result.replaceChildren(outdated, ...parts.filter((part) => part !== undefined))
  result.hidden = false
  // The focus says where to read on; scrolling shows more than the one line that has it.
  byId('verdict', HTMLElement).focus({ preventScroll: true })
  result.scrollIntoView()
}

void start()
