// Two processes with one Redis are given the same assertion at the same time, ten thousand times.

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startRedis } from './redis-server.js'

const ROUNDS = 10_000
/** Rounds that are played between two waits for each other, so that neither runs ahead. */
const HEAT = 100

const NAME = 'of two processes exactly one signs in, ten thousand times'

test(NAME, { timeout: 300_000 }, async () => {
  const server = await startRedis()
  const path = fileURLToPath(new URL('race-player.js', import.meta.url))
  const players = [0, 1].map(() => fork(path, [server.url]))
  const heard = (player) =>
    new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`a player ended with ${code}`))
      player.once('exit', ended)
      player.once('message', (message) => {
        player.off('exit', ended)
        resolve(message)
      })
    })
  try {
    await Promise.all(players.map(heard))
    const wins = [0, 0]
    for (let first = 0; first < ROUNDS; first += HEAT) {
      const rounds = Array.from({ length: HEAT }, (_, index) => first + index)
      const answers = Promise.all(players.map(heard))
      // Each is told first every other time.
      const order = (first / HEAT) % 2 === 0 ? players : players.toReversed()
      for (const player of order) player.send({ rounds })
      const [one, other] = (await answers).map(({ results }) => results)
      assert.equal(one.length, HEAT)
      for (const [index, round] of rounds.entries()) {
        const outcome = [one[index], other[index]]
        assert.deepEqual([...outcome].sort(), ['ERR_SAML_REPLAY', 'won'], `round ${round}`)
        wins[outcome.indexOf('won')] += 1
      }
    }
    assert.equal(wins[0] + wins[1], ROUNDS)
    // Were one always first, it would not have been a race.
    assert(Math.min(...wins) >= ROUNDS / 100, `wins: ${wins}`)
    console.log(`# ${ROUNDS} rounds, won by one ${wins[0]}, by the other ${wins[1]}`)
  } finally {
    const running = players.filter((player) => player.exitCode === null && !player.signalCode)
    const ended = running.map((player) => once(player, 'exit'))
    for (const player of running) player.kill()
    await Promise.all(ended)
    await server.stop()
  }
})
