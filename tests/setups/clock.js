// The time of the tests. Date is simulated, so that the package, its stores and the simulated
// Entra ID, which all read it where no time is given, live in the same year. Nothing sleeps.

import { mock } from 'node:test'

const MINUTE = 60_000

/** The clock of one test file. */
export const clock = {
  /** @param {string} time ISO 8601 */
  set(time) {
    mock.timers.reset()
    mock.timers.enable({ apis: ['Date'], now: new Date(time) })
  },

  advance({ days = 0, hours = 0, minutes = 0 }) {
    mock.timers.setTime(Date.now() + ((days * 24 + hours) * 60 + minutes) * MINUTE)
  },
}
