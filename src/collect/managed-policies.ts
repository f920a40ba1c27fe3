import { readFileSync } from 'node:fs'
import { parseArn } from '#iam/arn.ts'

export interface ManagedPolicy {
  /** As AWS wrote it for the `aws` partition; ARNs inside are not rewritten for another one. */
  readonly document: unknown
  /** The default version the data has: `v12`. */
  readonly versionId: string
  /** The day AWS last updated the policy. */
  readonly updated: string
  /** False where the ARN asked for is of another partition, whose text may differ. */
  readonly samePartition: boolean
}

/** The document of an AWS managed policy as of the data's date (docs/reference-data.md); undefined: not among them. */
export const managedPolicyByArn = (arn: string): unknown => managedPolicy(arn)?.document

/**
 * An AWS managed policy with its version and date; undefined: not among the data. Its ARN has the account `aws`, and one path
 * and name in every partition: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
 */
export function managedPolicy(arn: string): ManagedPolicy | undefined {
  const parts = parseArn(arn)
  if (parts === undefined || !parts.resource.startsWith('policy/')) return undefined
  if (parts.service !== 'iam' || parts.region !== '' || parts.account !== 'aws') return undefined
  const line = lineOf(parts.resource.slice('policy/'.length))
  if (line === undefined) return undefined
  const [versionId = '', updated = '', document = ''] = line.split('\t')
  return { document: JSON.parse(document), versionId, updated, samePartition: parts.partition === 'aws' }
}

/** The ARN of the AWS managed policy whose text this is; undefined: it is none as of the data's date. */
export function managedPolicyArnOf(document: unknown): string | undefined {
  const text = policies()
  const at = text.indexOf(`\t${JSON.stringify(document)}\n`)
  if (at < 0) return undefined
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at)
  return `arn:aws:iam::aws:policy/${line.slice(0, line.indexOf('\t'))}`
}

/** First line of the data: package, version and date. */
export const managedPoliciesHeader = (): string => policies().slice(0, policies().indexOf('\n'))

/** What follows the policy's path and name. Neither can hold a tab or line break, so the text found is a whole field. */
function lineOf(path: string): string | undefined {
  if (path === '' || path.includes('\t') || path.includes('\n')) return undefined
  const text = policies()
  const start = text.indexOf(`\n${path}\t`)
  if (start < 0) return undefined
  const from = start + path.length + 2
  return text.slice(from, text.indexOf('\n', from))
}

let unpacked: string | undefined

function policies(): string {
  unpacked ??= readDataFile()
  return unpacked
}

/**
 * Beside this file in the sources, packed; in a build beside the bundle or one folder up (dist/chunks → dist/data), and
 * plain: unpacking takes longer than all else that a diagnosis does.
 */
const PLACES = ['../data/managed-policies.txt', './data/managed-policies.txt', './data/managed-policies.txt.br']

/** Loaded here, because a build never unpacks and `node:zlib` takes a while to load. */
const unpackedBytes = (bytes: Buffer): Buffer => process.getBuiltinModule('node:zlib').brotliDecompressSync(bytes)

function readDataFile(): string {
  for (const place of PLACES) {
    try {
      const bytes = readFileSync(new URL(place, import.meta.url))
      return (place.endsWith('.br') ? unpackedBytes(bytes) : bytes).toString('utf8')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  throw new Error(`incomplete installation: ${PLACES[0]} is missing`)
}
