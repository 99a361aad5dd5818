// Conversations with pysaml2.

import { conversations } from './conversations.js'
import { pysaml2 } from './peers.js'

conversations(pysaml2)
