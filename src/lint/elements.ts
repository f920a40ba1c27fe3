import { type Check, documentCheck, type Found, NONE, statementCheck, when } from './check.ts'
import { repeatedKeys } from './repeated-keys.ts'
import { has, isObject, isSavedByIam, type JsonObject, parseText, type PolicyView, takesPrincipal } from './view.ts'
import { shown } from './shown.ts'

/** The form of the document and of its statements (docs/rules.md, B.2). */
export const ELEMENT_CHECKS: readonly Check[] = [
  documentCheck('error', 'Json syntax error', 'R-GRAM-01', ({ source }) =>
    when(typeof source === 'string' && parseText(source) === undefined, '', 'the text is no JSON'),
  ),
  documentCheck('error', 'invalid-policy', 'R-VAL-01', ({ unreadable }) =>
    unreadable.map(({ pointer, why }): Found => [pointer, `it may allow or deny anything: ${why}`]),
  ),
  documentCheck('error', 'duplicate-key', 'R-GRAM-06', ({ source, raw }) =>
    typeof source === 'string' && raw !== undefined
      ? repeatedKeys(source).map((key): Found => ['', `${shown(key)} stands twice in one object; the last one is read`])
      : NONE,
  ),
  documentCheck('error', 'unsupported-character', 'R-GRAM-07', (policy) => {
    const found = isSavedByIam(policy) ? OUTSIDE_LATIN.exec(policy.compact) : null
    return found === null ? NONE : [['', `IAM saves no policy with the character ${shown(found[0])}`]]
  }),
  documentCheck('error', 'Data type mismatch', 'R-GRAM-01', documentTypes),
  statementCheck('error', 'Data type mismatch', 'R-GRAM-01', ({ raw }) => statementTypes(raw)),
  documentCheck('error', 'Invalid policy element', 'R-GRAM-02', ({ raw }) => unknownElements(raw, DOCUMENT_ELEMENTS)),
  statementCheck('error', 'Invalid policy element', 'R-GRAM-02', ({ raw }) => unknownElements(raw, STATEMENT_ELEMENTS)),
  documentCheck('error', 'Invalid version', 'R-GRAM-03', ({ raw, place }) => {
    const version = raw?.['Version']
    if (typeof version !== 'string') return NONE
    const known = version === '2012-10-17' || (version === '2008-10-17' && place !== 'rcp')
    return when(!known, '/Version', `${shown(version)} is no version${place === 'rcp' ? ' that an RCP may have' : ''}`)
  }),
  documentCheck('warning', 'Missing version', 'R-GRAM-03', ({ raw }) =>
    when(raw !== undefined && !has(raw, 'Version'), '', 'without Version, 2008-10-17 counts: variables are plain text'),
  ),
  documentCheck('error', 'Missing statement', 'R-GRAM-01', ({ raw }) => {
    const empty = raw !== undefined && Array.isArray(raw['Statement']) && raw['Statement'].length === 0
    return when(raw !== undefined && (!has(raw, 'Statement') || empty), '', 'there is no statement')
  }),
  statementCheck('error', 'Invalid effect', 'R-GRAM-02', ({ raw, allows, denies }) =>
    when(
      typeof raw['Effect'] === 'string' && !allows && !denies,
      '/Effect',
      `${shown(raw['Effect'])} is neither \`Allow\` nor \`Deny\``,
    ),
  ),
  statementCheck('error', 'Missing effect', 'R-GRAM-01', ({ raw }) =>
    when(!has(raw, 'Effect'), '', 'the statement has no Effect'),
  ),
  statementCheck('error', 'Unsupported element combination', 'R-GRAM-01', ({ raw }) =>
    ['Action', 'Resource', 'Principal'].flatMap((name) =>
      when(
        has(raw, name) && has(raw, `Not${name}`),
        `/Not${name}`,
        `\`${name}\` and \`Not${name}\` exclude each other`,
      ),
    ),
  ),
  statementCheck('error', 'Missing action', 'R-GRAM-11', ({ raw }) =>
    when(!has(raw, 'Action') && !has(raw, 'NotAction'), '', 'the statement has neither Action nor NotAction'),
  ),
  statementCheck('error', 'Missing principal', 'R-GRAM-08', ({ raw }, policy) =>
    when(
      takesPrincipal(policy) && !has(raw, 'Principal') && !has(raw, 'NotPrincipal'),
      '',
      'the statement has no Principal and matches nobody',
    ),
  ),
  statementCheck('error', 'Missing resource', 'R-GRAM-08', ({ raw }, policy) =>
    when(
      needsResource(policy) && !has(raw, 'Resource') && !has(raw, 'NotResource'),
      '',
      'the statement has no Resource and matches nothing',
    ),
  ),
  statementCheck('error', 'Unsupported Sid', 'R-GRAM-04', ({ raw }, policy) => {
    const sid = raw['Sid']
    const odd = typeof sid === 'string' && isSavedByIam(policy) && NEITHER_LETTER_NOR_DIGIT.test(sid)
    return when(odd, '/Sid', `${shown(sid)} holds more than letters and digits`)
  }),
  documentCheck('error', 'Unique Sids required', 'R-GRAM-04', (policy) =>
    isSavedByIam(policy) ? sameSids(policy) : NONE,
  ),
  documentCheck('warning', 'Unique Sids recommended', 'R-GRAM-04', (policy) =>
    isSavedByIam(policy) ? NONE : sameSids(policy),
  ),
  statementCheck('suggestion', 'Empty Sid value', 'R-GRAM-04', ({ raw }) =>
    when(raw['Sid'] === '', '/Sid', 'the Sid is empty'),
  ),
]

const OUTSIDE_LATIN = /[^\t\n\r\u0020-\u00FF]/u
const NEITHER_LETTER_NOR_DIGIT = /[^A-Za-z0-9]/

const DOCUMENT_ELEMENTS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement'])
const STATEMENT_ELEMENTS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

function unknownElements(raw: JsonObject | undefined, known: ReadonlySet<string>): readonly Found[] {
  const odd = raw === undefined ? [] : Object.keys(raw).filter((name) => !known.has(name))
  return odd.map((name): Found => {
    const meant = [...known].find((one) => one.toLowerCase() === name.toLowerCase())
    const hint = meant === undefined ? '' : `; it is written \`${meant}\``
    return ['', `${shown(name)} is no element of a policy and is not read${hint}`]
  })
}

function documentTypes({ source, raw }: PolicyView): readonly Found[] {
  if (raw === undefined) {
    const isText = typeof source === 'string'
    return when(!isText || parseText(source) !== undefined, '', 'the document is not a JSON object')
  }
  const found: Found[] = []
  for (const name of ['Version', 'Id'])
    if (has(raw, name) && typeof raw[name] !== 'string') found.push([`/${name}`, `${shown(raw[name])} is not a text`])
  const listed = has(raw, 'Statement') ? raw['Statement'] : []
  const items: readonly unknown[] = Array.isArray(listed) ? listed : [listed]
  items.forEach((item, i) => {
    if (!isObject(item))
      found.push([Array.isArray(listed) ? `/Statement/${i}` : '/Statement', 'it is not a JSON object'])
  })
  return found
}

function statementTypes(raw: JsonObject): readonly Found[] {
  const found: Found[] = []
  for (const name of ['Sid', 'Effect'])
    if (has(raw, name) && typeof raw[name] !== 'string') found.push([`/${name}`, `${shown(raw[name])} is not a text`])
  for (const name of ['Action', 'NotAction', 'Resource', 'NotResource']) {
    if (!has(raw, name) || isTexts(raw[name])) continue
    found.push([`/${name}`, `${shown(raw[name])} is neither a text nor a list of texts`])
  }
  if (has(raw, 'Condition')) found.push(...conditionTypes(raw['Condition']))
  return found
}

const isTexts = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))

function conditionTypes(condition: unknown): readonly Found[] {
  if (!isObject(condition)) return [['/Condition', `${shown(condition)} is not an object of operators`]]
  return Object.entries(condition).flatMap(([operator, keys]): readonly Found[] => {
    if (!isObject(keys)) return [['/Condition', `${shown(operator)} does not hold an object of keys`]]
    return Object.entries(keys).flatMap(([key, listed]) => {
      const values: readonly unknown[] = Array.isArray(listed) ? listed : [listed]
      const odd = values.find((value) => !['string', 'number', 'boolean'].includes(typeof value))
      return when(odd !== undefined, '/Condition', `a value of ${shown(key)} is ${shown(odd)}`)
    })
  })
}

/** The policy of a repository or of a search domain has no Resource, that of a file system need not have one; the other services require one. */
const needsResource = ({ place, kind }: PolicyView): boolean =>
  place !== 'trust' && kind !== 'repository' && kind !== 'search-domain' && kind !== 'file-system'

function sameSids({ statements }: PolicyView): readonly Found[] {
  const seen = new Set<unknown>()
  return statements.flatMap(({ raw, pointer }) => {
    const sid = raw['Sid']
    if (typeof sid !== 'string' || sid === '') return NONE
    if (seen.has(sid)) return [[`${pointer}/Sid`, `${shown(sid)} stands on an earlier statement too`]] as const
    seen.add(sid)
    return NONE
  })
}
