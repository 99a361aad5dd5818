// The suite in a Worker. The runtime with Node compatibility verifies signatures itself.

import * as countersign from './pkg/workerd.js'
import fixtures from './fixtures.json'
import { runAll, summary } from './run.js'
import { suite } from './suite.js'

export default {
  async test() {
    const verifiesAtOnce = globalThis.process?.getBuiltinModule?.('node:crypto') !== undefined
    const name = `workerd ${verifiesAtOnce ? 'with' : 'without'} node:crypto`
    console.log(summary(name, await runAll(suite(countersign, fixtures, { verifiesAtOnce }))))
  },
}
