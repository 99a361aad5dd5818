// Who has an account at the identity providers. Their names hold what has to be escaped somewhere
// on the way: in XML, in HTML, in a query, in UTF-8.

export const alice = {
  user: 'alice',
  nameId: 'alice@example.com',
  attributes: {
    mail: ['alice@example.com'],
    givenName: ['Ålice & <Bob>'],
    sn: [`"O'Ni 雪 😀`],
    eduPersonAffiliation: ['member', 'staff'],
  },
}

export const mallory = {
  user: 'mallory',
  nameId: 'mallory@example.com',
  attributes: {
    mail: ['mallory@example.com'],
    givenName: ['Mallory'],
    sn: ['M'],
    eduPersonAffiliation: ['guest'],
  },
}
