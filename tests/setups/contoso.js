// Who takes part: two tenants, and the user whom Microsoft's articles create.

import { Tenant } from './entra.js'

export const contosoTenant = () => new Tenant({ id: 'aaaabbbb-0000-cccc-1111-dddd2222eeee' })

export const fabrikamTenant = () => new Tenant({ id: 'bbbbcccc-1111-dddd-2222-eeee3333ffff' })

export const bSimon = Object.freeze({
  displayName: 'B.Simon',
  givenName: 'B.',
  surname: 'Simon',
  principalName: 'B.Simon@contoso.com',
  mail: 'B.Simon@contoso.com',
})
