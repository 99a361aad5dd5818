// A Worker with both stores: answers what they answer, and signs in.

import { ServiceProvider } from './pkg/workerd.js'
import { CountersignState, DurableObjectStore } from './pkg/stores/durable-object.js'
import { SqlStore } from './pkg/stores/sql.js'
import genuine from './genuine.js'

export { CountersignState }

/** The stores as docs/stores.md sets them up. */
function stores(env) {
  const query = async (statement, values) =>
    (await env.DB.prepare(statement).bind(...values).all()).results
  return {
    d1: new SqlStore(query, { dialect: 'sqlite' }),
    'd1-without-table': new SqlStore(query, { dialect: 'sqlite', table: 'not_there' }),
    object: new DurableObjectStore(env.COUNTERSIGN_STATE),
  }
}

async function answer({ store: name, method, values, round }, env) {
  const store = stores(env)[name]
  if (method === 'schema') {
    for (const statement of store.schema) await env.DB.prepare(statement).run()
    return true
  }
  if (method !== 'sign-in') return store[method](...values.map(revived))
  // There is one message: each round gives its assertion another name.
  const renamed = {
    putIfAbsent: (key, expiresAt) => store.putIfAbsent(`${key} ${round}`, expiresAt),
    take: (key) => store.take(`${key} ${round}`),
  }
  const { options, message, context } = genuine
  const sp = new ServiceProvider({ ...options, store: renamed })
  try {
    const login = await sp.validateResponse(message, { ...context, now: new Date(context.now) })
    return login.nameId.value
  } catch (error) {
    return error.code
  }
}

/** Numbers travel as text: JSON has no NaN. */
const revived = ({ number, text }) => (number === undefined ? text : Number(number))

export default {
  async fetch(request, env) {
    try {
      return Response.json({ value: await answer(await request.json(), env) })
    } catch (error) {
      return Response.json({ error: String(error) })
    }
  },
}
