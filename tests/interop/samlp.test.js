// Conversations with samlp.

import { conversations } from './conversations.js'
import { samlp } from './peers.js'

conversations(samlp)
