// All conversations between the package and one identity provider.

import { after, before } from 'node:test'
import { logouts } from './logouts.js'
import { refusals } from './refusals.js'
import { requests } from './requests.js'
import { responses } from './responses.js'
import { RoundTrip } from './round-trip.js'
import { setUps } from './set-ups.js'

/** @param {import('./round-trip.js').Peer} peer */
export function conversations(peer) {
  const trip = new RoundTrip(peer)
  before(() => trip.start())
  after(() => trip.stop())
  setUps(peer, trip)
  requests(peer, trip)
  responses(peer, trip)
  refusals(peer, trip)
  logouts(peer, trip)
}
