// The suite in Bun.

import * as countersign from '../../../pkg/node.js'
import { runAll, summary } from '../run.js'
import { suite } from '../suite.js'

const fixtures = await Bun.stdin.json()
console.log(summary('Bun', await runAll(suite(countersign, fixtures, { verifiesAtOnce: true }))))
