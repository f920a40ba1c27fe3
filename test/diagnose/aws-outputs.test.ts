/** R-EVID-13, R-EVID-14: every output of the AWS CLI with a policy, or facts around one, is read or refused with a hint. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { stringify } from 'yaml'
import type { Beside } from '#app/beside/beside.ts'
import { Sorting } from '#app/beside/sorting.ts'
import type { Piece } from '#snapshot/at-hand/piece.ts'
import { OUTPUT_SAMPLES } from '../aws-output-samples.ts'
import { diagnosisWithFiles } from './incident-files.ts'

async function sorted(text: string, name = 'out.txt'): Promise<Beside> {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  await sorting.add({ name, text }, true)
  return sorting.end()
}

/** What became of one file, in the words of the samples. */
function outcomeOf({ atHand, faults, inputs, files, caller }: Beside): string {
  const [fault] = faults
  const [piece] = atHand.pieces
  if (fault !== undefined) return `not used: ${fault.message} ${fault.hint}`
  if (caller !== undefined) return `called by ${caller.arn}`
  if (files.size > 0) return 'account'
  if (piece !== undefined) return pieceWords(piece)
  return inputs.length > 0 ? 'evidence' : 'nothing'
}

function pieceWords(piece: Piece): string {
  if (piece.is === 'session-policy') return 'session'
  if (piece.is === 'scp' || piece.is === 'endpoint') return piece.is
  if (piece.is !== 'resource') return 'caller'
  const of = piece.arn ?? ['of', piece.kind ?? 'resource', ...(piece.name === undefined ? [] : [piece.name])].join(' ')
  if (piece.policy !== undefined) return `policy ${of}`
  const names = Object.keys(piece.attributes ?? {}).toSorted()
  return ['settings', of, ...(names.length === 0 ? [] : [names.join(',')])].join(' ')
}

function assertOutcome(outcome: string, readAs: string): void {
  if (!readAs.startsWith('not used: ')) assert.equal(outcome, readAs)
  else assert.ok(outcome.startsWith('not used: ') && outcome.includes(readAs.slice(10)), outcome)
}

const json = (output: unknown): string => JSON.stringify(output, null, 4)

describe('an output of the AWS CLI as JSON', () => {
  for (const { command, output, readAs } of OUTPUT_SAMPLES)
    test(command, async () => assertOutcome(outcomeOf(await sorted(json(output))), readAs))
})

describe('the same with the prompt and the command above it, as a person copies it from a terminal', () => {
  for (const { command, output, readAs } of OUTPUT_SAMPLES.filter(
    ({ readAs }) => !/^(?:not used|evidence|account)/.test(readAs),
  ))
    test(command, async () =>
      assertOutcome(outcomeOf(await sorted(`[ec2-user@ip-10-0-0-1 ~]$ aws ${command}\n${json(output)}\n`)), readAs),
    )
})

describe('the same as YAML', () => {
  for (const { command, output, readAs } of OUTPUT_SAMPLES.filter(({ readAs }) => readAs !== 'evidence'))
    test(command, async () => assertOutcome(outcomeOf(await sorted(stringify(output))), readAs))
})

/** `--output text`: texts and numbers of a structure on a line, each inner structure on lines that begin with its name. */
function asText(value: unknown, name = ''): string {
  const start = name === '' ? [] : [name.toUpperCase()]
  if (Array.isArray(value)) return value.map((item) => asText(item, name)).join('')
  if (typeof value !== 'object' || value === null) return `${[...start, String(value)].join('\t')}\n`
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const plain = entries.filter(([, member]) => typeof member !== 'object').map(([, member]) => String(member))
  const line = plain.length > 0 || name !== '' ? `${[...start, ...plain].join('\t')}\n` : ''
  return line + entries.map(([key, member]) => (typeof member === 'object' ? asText(member, key) : '')).join('')
}

/** What `--output text` prints of one member alone is that member: a policy is JSON then, and any other word says nothing of AWS. */
const isStructure = (output: unknown): boolean => /^[A-Z]{3,}\t/m.test(asText(output))

describe('the same as text or as a table', () => {
  for (const { command, output } of OUTPUT_SAMPLES.filter(({ readAs }) => readAs !== 'evidence').filter((sample) =>
    isStructure(sample.output),
  ))
    test(command, async () => {
      const title = command.split(' ')[1] ?? ''
      const line = '-'.repeat(40)
      const table = `${line}\n|${title.padStart(20).padEnd(38)}|\n+${'-'.repeat(38)}+\n|  ${asText(output).slice(0, 20)}  |\n${line}\n`
      for (const text of [asText(output), table])
        assert.match(outcomeOf(await sorted(text)), /^not used: .*--output json/)
    })
})

describe('a bucket whose tags count in conditions', () => {
  const RCP = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Class',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: '*',
        Condition: {
          Null: { 'aws:ResourceTag/cold': 'false' },
          StringNotEquals: { 's3:x-amz-storage-class': 'INTELLIGENT_TIERING' },
        },
      },
    ],
  }
  const text =
    'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/a" with an explicit deny in a resource control policy'
  const rcp = {
    Policy: { PolicySummary: { Name: 'class', Type: 'RESOURCE_CONTROL_POLICY' }, Content: JSON.stringify(RCP) },
  }
  const abac = { AbacStatus: { Status: 'Enabled' } }
  const tags = { TagSet: [{ Key: 'cold', Value: '' }] }
  for (const files of [[rcp], [rcp, abac], [rcp, tags], [rcp, abac, tags]])
    test(`${files.length} files: the Deny that AWS names is the one in the given policy (R-EVID-02, R-EVID-09)`, async () => {
      const diagnosis = await diagnosisWithFiles(text, files)
      const [cause] = diagnosis?.causes ?? []
      assert.deepEqual([cause?.layer, cause?.statement?.sid], ['resource-control-policy', 'Class'])
      assert.match(JSON.stringify(diagnosis?.fixes[0]?.changes), /INTELLIGENT_TIERING/)
    })

  test('of two policies of one resource the second is named as not used', async () => {
    const one = { Policy: policyOf('s3:GetObject') }
    const other = { Policy: policyOf('s3:PutObject') }
    const diagnosis = await diagnosisWithFiles(text, [one, other])
    assert.deepEqual(
      diagnosis?.unusedInputs?.map(({ file }) => file),
      ['f1.json'],
    )
  })
})

const policyOf = (Action: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource: 'arn:aws:s3:::prod-artifacts/*' }],
  })

describe('docs/at-hand.md', () => {
  const page = readFileSync(new URL('../../docs/at-hand.md', import.meta.url), 'utf8')
  for (const { command } of OUTPUT_SAMPLES)
    test(`lists ${command}`, () => assert.ok(page.includes(`${command.split(' ')[1]}`), command))
})
