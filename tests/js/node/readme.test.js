// What the documents promise: the example runs as it is pasted, the lists are whole, and every
// relative link leads somewhere.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SamlError } from '../../../pkg/node.js'

const project = fileURLToPath(new URL('../../../', import.meta.url))
const readme = readFileSync(join(project, 'README.md'), 'utf8')

/** What stands in the first code block of a language after a text. */
function block(language, after) {
  const start = readme.indexOf(after)
  assert(start >= 0, `the README says: ${after}`)
  const [, code] = readme.slice(start).match(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``)) ?? []
  assert(code, `a code block of ${language} after: ${after}`)
  return code
}

test('the example of the README prints what the README says', () => {
  const example = block('js', '## Use it')
  assert(example.trimEnd().split('\n').length <= 20, 'twenty lines are enough')
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
    input: example,
    cwd: project,
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  assert.equal(stdout, block('text', 'It prints'))
})

test('the set-up of the README is two commands that exist', () => {
  const commands = block('sh', '## Two commands')
  const verbs = [...commands.matchAll(/^cargo xtask (\w+) /gm)].map(([, verb]) => verb)
  assert.deepEqual(verbs, ['demo', 'test'])
  assert.equal(commands.trimEnd().split('\n').length, 2)
  const arms = readFileSync(join(project, 'xtask/src/main.rs'), 'utf8')
  for (const verb of ['Demo', 'Test', 'Serve']) assert.match(arms, new RegExp(`Verb::${verb}\\b`))
})

test('the table of checks holds every check and every code, once and in order', () => {
  const rows = readme.slice(readme.indexOf('| check | question |')).split('\n\n')[0].split('\n')
  const cells = rows.slice(2).map((row) => row.split('|').map((cell) => cell.trim()))
  const codes = cells.flatMap((row) => row[3].split(' ')).map((code) => `ERR_SAML_${code}`)
  assert.deepEqual(codes, [...SamlError.codes])
  const types = readFileSync(join(project, 'pkg/index.d.ts'), 'utf8')
  const [, union] = types.match(/export type CheckId =([^]*?)\n\n/)
  const ids = [...union.matchAll(/'([^']+)'/g)].map(([, id]) => id)
  assert.deepEqual(cells.map((row) => row[1]).slice(0, -1), ids)
})

/** What `cargo xtask test` runs: folders of tests for Node, and scripts that ask an example. */
const steps = readFileSync(join(project, 'xtask/src/steps.rs'), 'utf8')
const [nodeFolders, scripts] = [/NodeTests\("([^"]+)"\)/g, /script: "([^"]+)"/g].map((pattern) =>
  [...steps.matchAll(pattern)].map(([, path]) => path),
)

/** Whether cargo compiles this file into a test: of the crate, or a file or module in tests/. */
function isCompiled(path) {
  const [, folder, module] = path.match(/^tests\/(?:(\w+)\/)?(\w+)\.rs$/) ?? []
  if (folder === undefined) return module !== undefined || path.startsWith('src/')
  const main = join(project, 'tests', folder, 'main.rs')
  if (module === 'main' || !existsSync(main)) return module === 'main'
  return readFileSync(main, 'utf8').includes(`mod ${module};`)
}

/** Whether a step runs this file, and the file holds tests. */
function isRun(path) {
  const text = readFileSync(join(project, path), 'utf8')
  if (path.endsWith('.rs')) {
    return isCompiled(path) && text.includes('#[test]') && steps.includes('"test", "--workspace"')
  }
  if (/\.test\.c?js$/.test(path)) return nodeFolders.some((folder) => path.startsWith(`${folder}/`))
  return scripts.includes(path)
}

test('each feature has tests, which are there and are run by `cargo xtask test`', () => {
  const [table] = readme.slice(readme.indexOf('| feature | what it covers |')).split('\n\n')
  const rows = table.split('\n').slice(2)
  const wrong = []
  for (const row of rows) {
    const links = [...row.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path)
    if (links.length === 0) wrong.push(`no test: ${row}`)
    for (const path of links) {
      if (!existsSync(join(project, path))) wrong.push(`not there: ${path}`)
      else if (!isRun(path)) wrong.push(`not run: ${path}`)
    }
  }
  assert(rows.length >= 20, 'the table is found')
  assert.deepEqual(wrong, [])
  for (const path of ['tests/js/suite.js', 'tests/case/mod.rs', 'README.md', 'src/lib.rs']) {
    assert(!isRun(path), `${path} is no test of its own`)
  }
})

const SKIPPED = new Set(['node_modules', 'target', 'target-wasm', '.git'])

/** Every Markdown file of the project. */
function documents(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (SKIPPED.has(name)) return []
    if (statSync(path).isDirectory()) return documents(path)
    return name.endsWith('.md') ? [path] : []
  })
}

/** A heading as the part of an address after `#`, the way GitHub writes it. */
function anchor(heading) {
  const plain = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '')
  return plain.trim().replaceAll(' ', '-')
}

test('every relative link of every document leads somewhere', () => {
  let links = 0
  const broken = []
  for (const file of documents(project)) {
    const text = readFileSync(file, 'utf8').replace(/```[^]*?```/g, '')
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      links += 1
      const [path, fragment] = target.split('#')
      const to = path === '' ? file : resolve(dirname(file), path)
      const headings = () =>
        [...readFileSync(to, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading))
      if (!existsSync(to) || (fragment && !headings().includes(fragment))) {
        broken.push(`${relative(project, file)}: ${target}`)
      }
    }
  }
  console.log(`documents: ${links} relative links`)
  assert(links >= 10, 'the links are found')
  assert.deepEqual(broken, [])
})

test('every file and test that docs/attacks.md and docs/architecture.md name exists', () => {
  const lines = ['cases.jsonl', 'cases-encrypted.jsonl', 'logout.jsonl'].flatMap((name) =>
    readFileSync(join(project, 'tests/data', name), 'utf8').trimEnd().split('\n'),
  )
  const fixtures = lines.map((line) => JSON.parse(line).id)
  let named = 0
  const missing = []
  for (const name of ['docs/attacks.md', 'docs/architecture.md']) {
    const text = readFileSync(join(project, name), 'utf8')
    for (const [, code] of text.matchAll(/`([^`\n]+)`/g)) {
      const [path, item] = code.split(/::(.*)/)
      if (/^(src|tests|pkg|xtask|docs|benches|www)\//.test(code)) {
        named += 1
        const file = join(project, path)
        if (!existsSync(file)) missing.push(`${name}: ${path}`)
        else if (item && !new RegExp(`\\b${item}\\b`).test(readFileSync(file, 'utf8'))) {
          missing.push(`${name}: ${code}`)
        }
      } else if (/^[a-z0-9]+(-[a-z0-9]+)+$/.test(code) && name === 'docs/attacks.md') {
        // The fixtures are the only names written so.
        named += 1
        if (!fixtures.includes(code)) missing.push(`${name}: the fixture ${code}`)
      }
    }
  }
  console.log(`documents: ${named} files, functions and fixtures named`)
  assert(named >= 50, 'the names are found')
  assert.deepEqual(missing, [])
})
