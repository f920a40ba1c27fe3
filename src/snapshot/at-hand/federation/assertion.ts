import type { Assertion, FederationForm } from './fact.ts'

/** A response of a browser's form is base64. Longer ones are rejected by STS: 100,000 characters. */
const MAX_ASSERTION = 100_000
const BASE64 = /^[A-Za-z0-9+/=\s]{200,}$/

/**
 * Reads a SAML response, as XML or base64: what AWS makes of it, and nothing of the signature. Read as text: no entity is resolved.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
 */
export function samlAssertion(text: string): FederationForm | undefined {
  if (text.length > MAX_ASSERTION) return undefined
  const xml = BASE64.test(text) ? decoded(text) : text
  if (!/<(?:\w{1,20}:)?Assertion[\s>]/.test(xml) || !xml.includes('urn:oasis:names:tc:SAML:2.0:assertion'))
    return undefined
  const recipient = /<(?:\w{1,20}:)?SubjectConfirmationData\b[^>]{0,2000}\bRecipient="(?<value>[^"]{1,500})"/.exec(xml)
  const assertion = xml.slice(xml.search(/<(?:\w{1,20}:)?Assertion[\s>]/))
  const subject = contentOf(assertion, 'NameID')
  const issuer = contentOf(assertion, 'Issuer')
  const address = recipient?.groups?.['value']
  const fact: Assertion = {
    is: 'assertion',
    ...(address === undefined ? {} : { recipient: unescaped(address) }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(subject === undefined ? {} : { subject }),
    pairs: valuesOf(assertion, /^https:\/\/aws\.amazon\.com\/SAML\/Attributes\/Role$/).flatMap(pairOf),
    tags: tagsOf(assertion),
  }
  return { form: 'a SAML assertion', facts: [fact] }
}

function decoded(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text.replaceAll(/\s/g, '')), (byte) => byte.charCodeAt(0)))
  } catch {
    return ''
  }
}

const contentOf = (xml: string, element: 'NameID' | 'Issuer'): string | undefined => {
  const pattern = element === 'NameID' ? NAME_ID : ISSUER
  const value = pattern.exec(xml)?.groups?.['value']
  return value === undefined ? undefined : unescaped(value.trim())
}
const NAME_ID = /<(?:\w{1,20}:)?NameID\b[^>]{0,1000}>(?<value>[^<]{1,500})</
const ISSUER = /<(?:\w{1,20}:)?Issuer\b[^>]{0,1000}>(?<value>[^<]{1,500})</

const ATTRIBUTE =
  /<(?:\w{1,20}:)?Attribute\b[^>]{0,1000}\bName="(?<name>[^"]{1,500})"[^>]{0,500}>(?<body>[^]{0,20000}?)<\/(?:\w{1,20}:)?Attribute>/g
const VALUE = /<(?:\w{1,20}:)?AttributeValue\b[^>]{0,500}>(?<value>[^<]{1,4000})</g

function valuesOf(xml: string, name: RegExp): readonly string[] {
  return [...xml.matchAll(ATTRIBUTE)].flatMap(({ groups }) =>
    name.test(groups?.['name'] ?? '')
      ? [...(groups?.['body'] ?? '').matchAll(VALUE)].map((match) => unescaped((match.groups?.['value'] ?? '').trim()))
      : [],
  )
}

/** The two ARNs of a value of the attribute Role stand in either order. */
function pairOf(value: string): Assertion['pairs'] {
  const arns = value.split(',').map((part) => part.trim())
  const role = arns.find((arn) => arn.includes(':role/'))
  const provider = arns.find((arn) => arn.includes(':saml-provider/'))
  return role === undefined || provider === undefined ? [] : [{ role, provider }]
}

const TAG = /^https:\/\/aws\.amazon\.com\/SAML\/Attributes\/PrincipalTag:(?<key>.{1,128})$/
const tagsOf = (xml: string): readonly string[] =>
  [...xml.matchAll(ATTRIBUTE)].flatMap(({ groups }) => TAG.exec(groups?.['name'] ?? '')?.groups?.['key'] ?? [])

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
])
const unescaped = (text: string): string =>
  text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES.get(entity) ?? entity)
