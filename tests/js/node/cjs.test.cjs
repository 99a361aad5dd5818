// The suite in Node, by require.

const { test } = require('node:test')
const countersign = require('../../../pkg/node.js')
const { readFixtures } = require('../fixtures.js')
const { suite } = require('../suite.js')

const tests = suite(countersign, readFixtures(), { verifiesAtOnce: true })
for (const { name, run } of tests) test(name, run)
