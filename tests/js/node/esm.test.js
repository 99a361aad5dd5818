// The suite in Node, by import.

import { test } from 'node:test'
import * as countersign from '../../../pkg/node.js'
import { readFixtures } from '../fixtures.js'
import { suite } from '../suite.js'

const tests = suite(countersign, readFixtures(), { verifiesAtOnce: true })
for (const { name, run } of tests) test(name, run)
