// The suite with the module inlined and without a synchronous verifier: WebCrypto takes its place.

import { test } from 'node:test'
import * as countersign from '../../../pkg/inline.js'
import { readFixtures } from '../fixtures.js'
import { suite } from '../suite.js'

const tests = suite(countersign, readFixtures(), { verifiesAtOnce: false })
for (const { name, run } of tests) test(name, run)
