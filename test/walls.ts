/**
 * The walls of the house as data, and the check that finds who goes through them. Files come in as text, so that the
 * check itself can be tested on small sins (architecture.test.ts).
 */
import { dirname, join, normalize } from 'node:path/posix'
import { type CodeText, codeText } from './code-text.ts'
import { cycles } from './import-cycles.ts'
import { packageOf } from './package-of.ts'

/**
 * What each room may import; `type engine` stands for types of engine alone. A room that is not listed may not exist.
 * ARCHITECTURE.md shows the same table.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  iam: [],
  schemas: ['iam'],
  rail: ['iam'],
  guide: ['iam', 'rail'],
  quote: [],
  engine: ['iam', 'quote'],
  lint: ['iam', 'engine'],
  space: ['iam'],
  snapshot: ['iam', 'engine'],
  import: ['iam', 'snapshot'],
  intake: ['iam'],
  answer: ['iam', 'quote', 'type engine', 'type space'],
  diagnose: ['iam', 'quote', 'engine', 'answer', 'snapshot', 'intake'],
  prove: ['iam', 'engine', 'snapshot', 'space'],
  fix: ['iam', 'quote', 'engine', 'answer', 'lint', 'snapshot', 'diagnose', 'space', 'prove'],
  suite: ['iam', 'schemas', 'engine', 'snapshot'],
  alert: ['iam', 'intake'],
  report:
    'iam, quote, type engine, answer, type lint, type space, intake, diagnose, type fix, type prove, type import, suite, alert, guide'.split(
      ', ',
    ),
  collect: ['iam', 'engine', 'snapshot', 'errors.ts', 'make-folder.ts', 'write-file.ts'],
  store: ['iam', 'intake', 'errors.ts', 'make-folder.ts', 'write-file.ts'],
  notify: ['alert'],
  ingest: ['iam', 'intake', 'store', 'errors.ts'],
  app: [
    'iam',
    'schemas',
    'quote',
    'engine',
    'answer',
    'lint',
    'snapshot',
    'import',
    'intake',
    'diagnose',
    'fix',
    'prove',
    'suite',
    'alert',
    'report',
    'guide',
    'collect',
    'store',
    'ingest',
    'notify',
    'errors.ts',
    'make-folder.ts',
    'write-file.ts',
  ],
  http: [
    'app',
    'quote',
    'schemas',
    'report',
    'iam',
    'type engine',
    'type intake',
    'type diagnose',
    'type space',
    'type fix',
    'type prove',
    'type alert',
    'type store',
    'errors.ts',
  ],
  cli: [
    'app',
    'quote',
    'report',
    'guide',
    'http',
    'mcp',
    'iam',
    'type engine',
    'type lint',
    'type diagnose',
    'type prove',
    'errors.ts',
  ],
  mcp: ['app', 'quote', 'schemas', 'report', 'errors.ts'],
  'errors.ts': [],
  'make-folder.ts': [],
  'write-file.ts': ['make-folder.ts'],
  'engine-library.ts': ['iam', 'engine', 'lint', 'space', 'prove'],
  'library.ts': [
    'type iam',
    'type engine',
    'type lint',
    'type snapshot',
    'type import',
    'type intake',
    'type diagnose',
    'type space',
    'type fix',
    'prove',
    'collect',
    'app',
    'errors.ts',
  ],
}

/** Rooms that turn values into values: no clock, no disk, no network, no process (ADR 0002). */
export const PURE: readonly string[] =
  'iam schemas rail guide quote engine lint space snapshot import intake answer diagnose fix prove suite alert report'.split(
    ' ',
  )

/** Clients of AWS's SDK that `collect` and its neighbours call. */
const SDK_CLIENTS = `
  accessanalyzer amp api-gateway athena backup bedrock-agentcore-control cloudtrail cloudwatch-logs codeartifact
  codebuild comprehend dsql dynamodb ec2 ecr ecr-public efs entityresolution eventbridge glacier glue iam kafka
  kinesis kms lambda lex-models-v2 network-firewall opensearch organizations pinpoint-sms-voice-v2 redshift
  redshift-serverless rekognition rum s3 s3-control s3tables s3vectors schemas secrets-manager sesv2 signer sns
  sqs ssm sso-admin sts vpc-lattice wafv2
`
  .trim()
  .split(/\s+/)
  .map((name) => `@aws-sdk/client-${name}`)

/** Packages, by the folder or file that may use them; `docs/dependencies.md` gives the reason of each. */
export const MAY_USE: readonly (readonly [folder: string, packages: readonly string[]])[] = [
  ['iam/', ['ipaddr.js']],
  ['snapshot/', ['jsonc-parser']],
  ['fix/', ['jsonc-parser', 'diff']],
  ['collect/', ['yaml']],
  ['store/duckdb/', ['@duckdb/node-api', '@duckdb/node-bindings']],
  ['store/postgres/', ['pg']],
  [
    'collect/aws/',
    [
      ...SDK_CLIENTS,
      '@aws-sdk/core',
      '@aws-sdk/credential-providers',
      '@smithy/core',
      '@smithy/node-http-handler',
      'p-limit',
    ],
  ],
  ['mcp/', ['@modelcontextprotocol/server', 'zod']],
  ['http/', ['hono', '@hono/node-server', 'prom-client', 'zod']],
  ['schemas/', ['zod']],
  ['suite/drift/', ['zod']],
]

/** Node's own modules that touch the world, by who may use them; nobody may use what no row names. */
export const WORLD: readonly (readonly [modules: readonly string[], folders: readonly string[]])[] = [
  [['child_process'], ['app/child-process.ts']],
  [
    ['fs', 'fs/promises'],
    [
      'collect/',
      'store/',
      'ingest/',
      'cli/',
      'app/files.ts',
      'http/static-files.ts',
      'make-folder.ts',
      'write-file.ts',
    ],
  ],
  [['http'], ['http/']],
  // For `isIP` and the type of an address: the socket is the server's.
  [['net'], ['http/']],
  // Whether a service has a host in a Region; no connection is made.
  [['dns/promises'], ['collect/aws/host.ts']],
  [['tls', 'https', 'http2', 'dgram', 'dns', 'cluster', 'vm', 'inspector'], []],
]

/** A thing two rooms need belongs to the lower one, under its own name. */
const NO_NAME = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'core', 'types', 'misc', 'lib']

const IMPURE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['Date.now', /\bDate\.now\b/],
  ['new Date(', /\bnew Date\s*\(/],
  ['Math.random', /\bMath\.random\b/],
  ['process', /(?<![.\w])process\s*[.[]/],
  ['console', /(?<![.\w])console\s*[.[]/],
  ['fetch', /(?<![.\w])fetch\s*\(/],
  ['a timer', /(?<![.\w])set(?:Timeout|Interval|Immediate)\s*\(/],
  ['performance', /(?<![.\w])performance\./],
  ['crypto', /(?<![.\w])crypto\./],
  ['Buffer', /(?<![.\w])Buffer\b/],
  ['globalThis', /\bglobalThis\b/],
  ['import.meta', /\bimport\.meta\b/],
]

/** What no file may do, pure or not: run text as code. */
const NEVER: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['eval', /(?<![.\w])eval\s*\(/],
  ['new Function', /\bnew Function\s*\(/],
  ['require', /(?<![.\w])require\s*\(/],
]

/** It never ends below /proc; `makeFolder` does. */
const RECURSIVE_MKDIR = /(?<!\w)mkdir(?:Sync)?\s*\([^{}]{0,200}\{\s*recursive:/

/** Path below `src/` → text. */
export type Files = ReadonlyMap<string, string>

export const isTest = (file: string): boolean => file.endsWith('.test.ts')

/** The first folder; for a file at the top, the file itself. */
export const roomOf = (file: string): string => {
  const slash = file.indexOf('/')
  return slash < 0 ? file : file.slice(0, slash)
}

export interface Import {
  readonly from: string
  readonly isType: boolean
  /** Path below `src/`; undefined for a package or one of Node's modules. */
  readonly target: string | undefined
}

const FROM = /\b(?:import|export)\b[^'"`=;()]*?\bfrom\s*(?=['"])|\bimport\s*\(?\s*(?=['"])/g

export function importsOf(file: string, text: string): readonly Import[] {
  const { withStrings, bare } = codeText(text)
  return [...bare.matchAll(FROM)].map((match) => {
    const start = match.index + match[0].length
    const from = withStrings.slice(start + 1, withStrings.indexOf(withStrings[start] ?? '', start + 1))
    const isType = /^(?:import|export)\s+type\b/.test(match[0])
    if (from.startsWith('#')) return { from, isType, target: from.slice(1) }
    return { from, isType, target: from.startsWith('.') ? normalize(join(dirname(file), from)) : undefined }
  })
}

/** Every way in which the files break a wall, one sentence each. */
export function sinsOf(files: Files): readonly string[] {
  const graph = new Map([...files].map(([file, text]) => [file, importsOf(file, text)]))
  return [
    ...roomSins(files),
    ...[...files].flatMap(([file, text]) => [
      ...nameSins(file),
      ...(graph.get(file) ?? []).flatMap((one) => importSins(file, one)),
      ...textSins(file, codeText(text)),
    ]),
    ...cycles(graph).map((cycle) => `these files import each other: ${cycle.join(' → ')}`),
  ]
}

function roomSins(files: Files): string[] {
  const rooms = new Set([...files.keys()].map(roomOf))
  const unlisted = [...rooms].filter((room) => !Object.hasOwn(MAY_IMPORT, room))
  const empty = Object.keys(MAY_IMPORT).filter((room) => !rooms.has(room))
  return [
    ...unlisted.map((room) => `no rule for ${room}: add it to MAY_IMPORT (test/walls.ts) and to ARCHITECTURE.md`),
    ...empty.map((room) => `${room} has a rule and no file: take it out of MAY_IMPORT and ARCHITECTURE.md`),
  ]
}

function nameSins(file: string): string[] {
  const names = file.split('/').map((part) => part.split('.')[0] ?? '')
  const sins = names.filter((name) => NO_NAME.includes(name)).map((name) => `${file}: "${name}" says nothing; name it`)
  return names.at(-1) === 'index' ? [...sins, `${file} is a barrel: import what you use from where it is`] : sins
}

function importSins(file: string, { from, isType, target }: Import): string[] {
  if (target === undefined) return isTest(file) ? [] : packageSins(file, from)
  if (target.startsWith('../')) return isTest(file) ? [] : [`${file} imports ${from}, which is outside src/`]
  if (isTest(target)) return [`${file} imports the test ${target}`]
  const room = roomOf(file)
  const to = roomOf(target)
  if (to === room) return from.startsWith('#') ? [`${file} imports ${from}: within a room, paths are relative`] : []
  const sins = from.startsWith('#') || to === target ? [] : [`${file} imports ${from}: between rooms, write #${target}`]
  const allowed = MAY_IMPORT[room] ?? []
  if (allowed.includes(to) || (isType && allowed.includes(`type ${to}`))) return sins
  return [...sins, `${file} imports ${target}; ${room} may not use ${to}`]
}

const within = (file: string, folders: readonly string[]): boolean => folders.some((folder) => file.startsWith(folder))

function packageSins(file: string, from: string): string[] {
  const module = from.startsWith('node:') ? from.slice('node:'.length) : undefined
  if (module === undefined) {
    const allowed = MAY_USE.some(([folder, packages]) => file.startsWith(folder) && packages.includes(packageOf(from)))
    return allowed ? [] : [`${file} uses the package ${from}, which MAY_USE does not give it`]
  }
  if (PURE.includes(roomOf(file)) || file === 'engine-library.ts') return [`${file} imports ${from}; its room is pure`]
  const row = WORLD.find(([modules]) => modules.includes(module))
  return row === undefined || within(file, row[1]) ? [] : [`${file} imports ${from}, which is not for it`]
}

function textSins(file: string, { bare }: CodeText): string[] {
  const sins: string[] = []
  if (/\bexport\s+default\b|\bas default\b/.test(bare)) sins.push(`${file} has a default export`)
  if (/\bexport\s+(?:type\s+)?\*/.test(bare)) sins.push(`${file} exports all of another file: name what it exports`)
  if (roomOf(file) !== file && isBarrel(bare)) sins.push(`${file} only passes on what other files export: a barrel`)
  for (const [what, pattern] of NEVER) if (pattern.test(bare)) sins.push(`${file} uses ${what}`)
  if (!isTest(file) && RECURSIVE_MKDIR.test(bare)) sins.push(`${file} makes folders by itself: use makeFolder`)
  if (PURE.includes(roomOf(file)) && !isTest(file))
    for (const [what, pattern] of IMPURE) if (pattern.test(bare)) sins.push(`${file} uses ${what}; its room is pure`)
  return sins
}

const IMPORT_OR_REEXPORT = /\b(?:import|export)\b[^'"`=;()]*?(?:\bfrom\s*)?['"] *['"];?/g

/** Nothing but imports and `export … from`. */
const isBarrel = (bare: string): boolean =>
  /\bexport\s[^'"`=;()]*\bfrom\s*['"]/.test(bare) && bare.replaceAll(IMPORT_OR_REEXPORT, '').trim() === ''
