// The suite in Deno: started without any permission, so the package asks for none.

import * as countersign from '../../../pkg/deno.js'
import { runAll, summary } from '../run.js'
import { suite } from '../suite.js'

const fixtures = await new Response(Deno.stdin.readable).json()
console.log(summary('Deno', await runAll(suite(countersign, fixtures, { verifiesAtOnce: true }))))
