import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CorsRequest,
  judgePreflight,
  judgeSharing,
  normalizedMethod,
  preflightHeaders,
  preflightReasons,
} from './cors-rules.ts'

const REQUEST: CorsRequest = {
  url: 'https://api.example.com/v1',
  origin: 'https://app.example.com',
  method: 'GET',
  headers: [],
  credentials: false,
}
const headersOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('|')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
const A = 'access-control-allow-'
const GOOD = `${A}origin: https://app.example.com`

// https://fetch.spec.whatwg.org/#cors-safelisted-method, #cors-safelisted-request-header
// biome-ignore format: a table is read by its columns
const PREFLIGHTS: readonly (readonly [what: string, method: string, headers: CorsRequest['headers'], because: readonly string[]])[] = [
  ['a plain GET',                'GET',   [],                                              []],
  ['a form',                     'POST',  [['Content-Type', 'text/plain; charset=utf-8']], []],
  ['JSON',                       'POST',  [['Content-Type', 'application/json']],          ['the header content-type']],
  ['a type that is not said',    'POST',  [['content-type', '']],                          ['the header content-type']],
  ['a language',                 'GET',   [['Accept-Language', 'de']],                     []],
  ['one range',                  'GET',   [['Range', 'bytes=0-99']],                       []],
  ['several ranges',             'GET',   [['Range', 'bytes=0-1,3-4']],                    ['the header range']],
  ['a token',                    'GET',   [['Authorization', 'Bearer x']],                 ['the header authorization']],
  ['a long harmless header',     'GET',   [['Accept', 'a'.repeat(129)]],                   ['the header accept']],
  ['PUT',                        'PUT',   [],                                              ['the method PUT']],
  ['PATCH with a header',        'PATCH', [['X-B', '1'], ['X-A', '2'], ['x-a', '3']],      ['the method PATCH', 'the header x-a', 'the header x-b']],
]
for (const [what, method, headers, because] of PREFLIGHTS)
  test(`a browser asks first for ${what}: ${because.length > 0 ? 'yes' : 'no'}`, () => {
    assert.deepEqual(preflightReasons({ ...REQUEST, method, headers }), because)
  })

test('the preflight names the headers sorted, in lower case and without spaces', () => {
  const request = {
    ...REQUEST,
    method: 'PUT',
    headers: [
      ['X-B', ''],
      ['Content-Type', ''],
    ],
  } as const
  assert.deepEqual(preflightHeaders(request), [
    ['Origin', 'https://app.example.com'],
    ['Access-Control-Request-Method', 'PUT'],
    ['Access-Control-Request-Headers', 'content-type,x-b'],
  ])
})

test('six methods are put in capitals, and patch is not among them (#concept-method-normalize)', () => {
  assert.deepEqual(['put', 'Delete', 'patch', 'PATCH'].map(normalizedMethod), ['PUT', 'DELETE', 'patch', 'PATCH'])
})

// https://fetch.spec.whatwg.org/#cors-check
// biome-ignore format: a table is read by its columns
const SHARING: readonly (readonly [what: string, credentials: boolean, headers: string, at: string | undefined, text?: RegExp])[] = [
  ['the origin itself',              false, GOOD,                                       undefined],
  ['any origin',                     false, `${A}origin: *`,                            undefined],
  ['nothing',                        false, '',                                         'Access-Control-Allow-Origin', /there is no/],
  ['another origin',                 false, `${A}origin: https://other.example.com`,    'Access-Control-Allow-Origin', /another origin/],
  ['the other scheme',               false, `${A}origin: http://app.example.com`,       'Access-Control-Allow-Origin', /other scheme/],
  ['a slash at the end',             false, `${A}origin: https://app.example.com/`,     'Access-Control-Allow-Origin', /slash/],
  ['other letter case',              false, `${A}origin: https://App.example.com`,      'Access-Control-Allow-Origin', /letter case/],
  ['the origin twice',               false, `${GOOD}, https://app.example.com`,         'Access-Control-Allow-Origin', /several values/],
  ['any origin, with credentials',   true,  `${A}origin: *|${A}credentials: true`,      'Access-Control-Allow-Origin', /stands for no origin/],
  ['no permission for credentials',  true,  GOOD,                                       'Access-Control-Allow-Credentials'],
  ['the permission in capitals',     true,  `${GOOD}|${A}credentials: True`,            'Access-Control-Allow-Credentials'],
  ['origin and credentials',         true,  `${GOOD}|${A}credentials: true`,            undefined],
]
for (const [what, credentials, headers, at, text] of SHARING)
  test(`an answer with ${what} ${at === undefined ? 'is shared' : `fails on ${at}`}`, () => {
    const found = judgeSharing({ ...REQUEST, credentials }, { status: 200, headers: headersOf(headers) }, 'request')
    const fails = found.filter(({ level }) => level === 'fails')
    assert.deepEqual(
      fails.map(({ header }) => header),
      at === undefined ? [] : [at],
    )
    if (text !== undefined) assert.match(fails[0]?.text ?? '', text)
  })

test('an answer for one origin without Vary is a note, and no failure', () => {
  const of = (headers: string) => judgeSharing(REQUEST, { status: 200, headers: headersOf(headers) }, 'request')
  assert.deepEqual(
    of(GOOD).map(({ level, header }) => [level, header]),
    [['note', 'Vary']],
  )
  assert.deepEqual(of(`${GOOD}|vary: Accept-Encoding, Origin`), [])
  assert.deepEqual(of(`${A}origin: *`), [])
})

// https://fetch.spec.whatwg.org/#cors-preflight-fetch
// biome-ignore format: a table is read by its columns
const ANSWERS: readonly (readonly [what: string, method: string, header: string, credentials: boolean, status: number, headers: string, at: readonly (string | null)[]])[] = [
  ['all that is asked',                   'PUT',    'X-A',           false, 204, `${A}methods: GET, PUT|${A}headers: x-a`,        []],
  ['403',                                 'PUT',    '',              false, 403, `${A}methods: PUT`,                             [null]],
  ['a redirect',                          'PUT',    '',              false, 301, `${A}methods: PUT|location: https://x/`,        [null]],
  ['another method',                      'DELETE', '',              false, 204, `${A}methods: GET, PUT`,                        ['Access-Control-Allow-Methods']],
  ['the method in small letters',         'PATCH',  '',              false, 204, `${A}methods: patch`,                           ['Access-Control-Allow-Methods']],
  ['any method',                          'PATCH',  '',              false, 204, `${A}methods: *`,                               []],
  ['any method, with credentials',        'PATCH',  '',              true,  204, `${A}methods: *|${A}credentials: true`,          ['Access-Control-Allow-Methods']],
  ['no methods, for POST',                'POST',   'X-A',           false, 204, `${A}headers: X-A`,                              []],
  ['no headers',                          'POST',   'X-A',           false, 204, '',                                            ['Access-Control-Allow-Headers']],
  ['any header',                          'POST',   'X-A',           false, 204, `${A}headers: *`,                               []],
  ['any header, with credentials',        'POST',   'X-A',           true,  204, `${A}headers: *|${A}credentials: true`,          ['Access-Control-Allow-Headers']],
  ['any header, for a token',             'GET',    'Authorization', false, 204, `${A}headers: *`,                               ['Access-Control-Allow-Headers']],
  ['the token by name',                   'GET',    'Authorization', false, 204, `${A}headers: AUTHORIZATION`,                   []],
]
for (const [what, method, header, credentials, status, headers, at] of ANSWERS)
  test(`a preflight answered with ${what} ${at.length === 0 ? 'passes' : 'fails'}`, () => {
    const request = { ...REQUEST, method, credentials, headers: header === '' ? [] : [[header, ''] as const] }
    const found = judgePreflight(request, { status, headers: headersOf(`${GOOD}|${headers}`) })
    assert.deepEqual(
      found.map((one) => one.header),
      at,
    )
    for (const { rule } of found) assert.match(rule, /^https:\/\/fetch\.spec\.whatwg\.org\/#/)
  })
