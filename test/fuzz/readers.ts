/** Every reader of the program, as the fuzzer and its corpus call them: bytes in, an answer or an error for the user out. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { runBatch } from '#app/batch.ts'
import { compareLine } from '#app/batch-compare.ts'
import { diagnoseLine } from '#app/batch-diagnose.ts'
import { evaluateLine } from '#app/batch-evaluate.ts'
import { compareGiven } from '#app/compare.ts'
import { loadDriftConfig } from '#app/drift.ts'
import { importedSnapshot, importText } from '#app/import.ts'
import { openQuestionAnswerer, type QuestionAnswerer, type Question } from '#app/answer-question.ts'
import { changesIn } from '#app/spikes/change-events.ts'
import { filterOfQuery, groupOfQuery, limitOfQuery } from '#app/store/denials-query.ts'
import { readTestFile } from '#app/test-files.ts'
import { textOf } from '#collect/folder.ts'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { projectOf } from '#fix/hcl/project.ts'
import { rewritten } from '#fix/hcl/rewrite.ts'
import type { PolicyLocation } from '#fix/policy-location.ts'
import { pageHtml } from '#guide/html.ts'
import { isPage, parsePage } from '#guide/page.ts'
import { citedIn, sourcesOf, unsupported } from '#guide/sources.ts'
import { tablePages } from '#guide/table-pages.ts'
import { importIamCollect } from '#import/iam-collect/iam-collect.ts'
import { isImported } from '#import/imported.ts'
import { extractBytes } from '#ingest/extract-file.ts'
import { readNotification } from '#ingest/notification.ts'
import { openDenials } from '#intake/stream/open.ts'
import { whoCan } from '#prove/who-can.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { athenaPlace } from '#store/history/athena/athena-url.ts'
import { trinoPlace } from '#store/history/trino/trino-url.ts'
import { casesOf } from '#suite/cases.ts'
import { readArguments } from '../../src/cli/arguments.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { diagnose } from '../../src/library.ts'
import { readMessage } from '../../src/mcp/wire-check.ts'
import { denytraceInside } from '../cli/run-inside.ts'
import * as recordSamples from './record-samples.ts'
import { ROOT } from './sample-files.ts'
import * as samples from './samples.ts'

export interface Reader {
  readonly name: string
  /** Valid inputs, which are changed a little. */
  readonly samples: () => readonly Buffer[]
  /** Throws for the user (`UserError`) or not at all. */
  readonly read: (input: Buffer) => unknown
}

const NOW = Date.UTC(2026, 0, 2)
const AT = '2026-01-02T03:04:05Z'
const HERE = { account: '111122223333', region: 'eu-west-1', noOrganization: true }

/** Runs a command on the input as its standard input. */
const command =
  (...words: readonly string[]) =>
  (input: Buffer): unknown =>
    denytraceInside(words, { stdin: input })

const DENIAL = readFileSync(join(ROOT, 'examples', 'kms-behind-s3', 'denial.json'), 'utf8')

/** What is asked of every snapshot, wherever it came from. */
function asked(snapshot: Snapshot): unknown {
  const question = { action: 's3:PutObject', resource: 'arn:aws:s3:::prod-artifacts/releases/x' }
  return [diagnose({ text: DENIAL, snapshot }), whoCan(snapshot, question, { managedPolicies: managedPolicyByArn })]
}

function readBundle(input: Buffer): ReadonlyMap<string, string> {
  const value: unknown = parsed(textOf(input))
  if (typeof value !== 'object' || value === null) return new Map([['meta.json', textOf(input)]])
  return new Map(
    Object.entries(value).map(([path, file]) => [path, typeof file === 'string' ? file : (JSON.stringify(file) ?? '')]),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const imported =
  (kind: 'terraform' | 'cloudformation' | 'aws-config' | 'authorization-details') =>
  async (input: Buffer): Promise<unknown> =>
    asked(importedSnapshot(await importText(kind, textOf(input), 'input', HERE)))

/** In pieces of seven characters, read as they come. */
function readStream(input: Buffer): unknown {
  const text = textOf(input)
  const stream = openDenials({ whole: 50, document: 5000 })
  for (let at = 0; at < text.length; at += 777) stream.push(text.slice(at, at + 777))
  return stream.end()
}

function readMarkdown(input: Buffer): unknown {
  const text = textOf(input)
  const page = parsePage(text)
  const pages = [...(isPage(page) ? [page] : []), ...tablePages(text, { kind: 'guide', file: 'rules.md' })]
  return pages.map((one) => [
    pageHtml(one, 'Guides', () => undefined, { groups: [], tool: [] }),
    sourcesOf(one),
    unsupported(one),
    citedIn(one),
  ])
}

const DOCUMENT = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
}
const ADDED = { Sid: 'Write', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/${aws:username}' }
const LOCATION: PolicyLocation = {
  layer: 'identity-policy',
  on: 'arn:aws:iam::111122223333:role/deploy-role',
  name: 'deploy',
  document: DOCUMENT,
}

function readHcl(input: Buffer): unknown {
  const after = { ...DOCUMENT, Statement: [...DOCUMENT.Statement, ADDED] }
  const edited = { location: LOCATION, before: DOCUMENT, after }
  return rewritten([edited, { ...edited, before: null }], projectOf([{ path: 'main.tf', text: textOf(input) }]))
}

let judge: Promise<QuestionAnswerer> | undefined

const question =
  (name: Question) =>
  async (input: Buffer): Promise<unknown> => {
    judge ??= openQuestionAnswerer({
      snapshots: [{ name: 'mine', folder: join(ROOT, 'examples', 'kms-behind-s3', 'snapshot') }],
      budget: BUDGET,
    })
    return JSON.stringify(await (await judge).answer(name, textOf(input)))
  }

const NOTHING = { kind: 'none' } as const

/**
 * Steps of a diagnosis or comparison, an eighth of what a command has: how long answers take has its budget and its own test
 * (test/prove/hostile-policies.test.ts). Here it is reading that is watched, to the second.
 */
const BUDGET = 500_000

/** A bug that a batch would tell by its line is one here. */
async function readBatch(input: Buffer): Promise<void> {
  const bugs: unknown[] = []
  const ends = { write: () => undefined, onBug: (error: unknown) => void bugs.push(error) }
  const text = textOf(input)
  for (const answer of [evaluateLine(NOTHING, true), diagnoseLine({}, { budget: BUDGET }), compareLine(BUDGET)])
    await runBatch(text, answer, ends)
  if (bugs.length > 0) throw bugs[0]
}

/** No store is opened by what has no such scheme: a fuzzer does not ask the network. */
const readUrl = (input: Buffer): unknown => {
  const text = textOf(input)
  return text.startsWith('athena') ? athenaPlace(text) : trinoPlace(text, {})
}

function readFilters(input: Buffer): unknown {
  const query = Object.fromEntries(new URLSearchParams(textOf(input)))
  return [filterOfQuery(query, NOW), groupOfQuery(query), limitOfQuery(query, 10, 1000)]
}

function readTree(input: Buffer): unknown {
  const made = importIamCollect(readBundle(input), {})
  return isImported(made) ? asked(importedSnapshot(made)) : made
}

function readPair(input: Buffer): unknown {
  const value = parsed(textOf(input))
  if (!Array.isArray(value)) return undefined
  return compareGiven({ old: value[0], new: value[1] })
}

function readWords(input: Buffer): unknown {
  const [name, ...words] = textOf(input).split('\n')
  const found = COMMANDS.find((one) => one.name === name) ?? COMMANDS[0]
  return found === undefined ? undefined : readArguments(found, words, {})
}

export const READERS: readonly Reader[] = [
  { name: 'text', samples: samples.texts, read: command('diagnose', '-') },
  { name: 'records', samples: recordSamples.records, read: command('diagnose', '-', '--format', 'json') },
  { name: 'parse', samples: () => [...recordSamples.records(), ...samples.texts()], read: command('parse', '-') },
  { name: 'json-lines', samples: recordSamples.recordLines, read: readStream },
  {
    name: 'trail-file',
    samples: recordSamples.trails,
    read: (input) => extractBytes(input, 'input', AT, { successes: true }),
  },
  {
    name: 'trail-gz',
    samples: () => recordSamples.trails().map((one) => gzipSync(one)),
    read: (input) => extractBytes(input, 'input.json.gz', AT, { successes: true }),
  },
  { name: 'notification', samples: recordSamples.notifications, read: (input) => readNotification(textOf(input)) },
  { name: 'scenario', samples: samples.scenarios, read: command('evaluate', '-', '--chain') },
  { name: 'policies', samples: samples.pairs, read: readPair },
  { name: 'snapshot', samples: samples.snapshots, read: (input) => asked(readSnapshot(readBundle(input))) },
  { name: 'terraform-plan', samples: samples.plans, read: imported('terraform') },
  { name: 'cloudformation', samples: samples.templates, read: imported('cloudformation') },
  { name: 'aws-config', samples: samples.configItems, read: imported('aws-config') },
  { name: 'authorization-details', samples: samples.details, read: imported('authorization-details') },
  { name: 'iam-collect', samples: samples.collected, read: readTree },
  { name: 'hcl', samples: samples.terraform, read: readHcl },
  {
    name: 'access-tests',
    samples: samples.accessTests,
    read: async (input) => [...casesOf((await readTestFile(textOf(input), 'input')).tests)].length,
  },
  { name: 'drift', samples: samples.drifts, read: (input) => loadDriftConfig('-', async () => input) },
  { name: 'markdown', samples: samples.pages, read: readMarkdown },
  { name: 'store-url', samples: samples.urls, read: readUrl },
  { name: 'filters', samples: samples.filters, read: readFilters },
  { name: 'http-diagnose', samples: samples.diagnoseBodies, read: question('diagnose') },
  { name: 'http-evaluate', samples: samples.evaluateBodies, read: question('evaluate') },
  { name: 'http-compare', samples: samples.compareBodies, read: question('compare') },
  {
    name: 'batch',
    samples: () => [...samples.diagnoseBodies(), ...samples.evaluateBodies(), ...samples.compareBodies()],
    read: readBatch,
  },
  { name: 'mcp', samples: samples.messages, read: (input) => readMessage(textOf(input)) },
  { name: 'changes', samples: recordSamples.recordLines, read: (input) => changesIn(['-'], async () => input) },
  { name: 'words', samples: samples.words, read: readWords },
]
