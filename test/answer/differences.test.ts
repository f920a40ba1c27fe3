/** The first part in which a request differs from a policy's pattern, in the words of the terminal, the page and MCP: differences.txt. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openQuestionAnswerer } from '#app/answer-question.ts'
import type { Diagnosis as WireDiagnosis } from '#http/wire.ts'
import { isResourceTagKey } from '#iam/tag-keys.ts'
import { diagnose } from '#diagnose/diagnose.ts'
import { evidenceOf } from '#intake/parse-result.ts'
import { readDenials } from '#intake/read.ts'
import { whyLines } from '#report/diagnosis/why-lines.ts'
import { asker } from '../../src/mcp/ask.ts'
import { policyTools } from '../../src/mcp/tools.ts'
import { plain, sentenceOf } from '../../web/answer/say.ts'

interface Row {
  readonly action: string
  readonly pattern: string
  readonly resource: string
  readonly part: string
  readonly allowed: string
  readonly requested: string
}

const rows = readFileSync(join(import.meta.dirname, 'differences.txt'), 'utf8')
  .replaceAll('{A}', '111122223333')
  .replaceAll('{B}', '444455556666')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): Row => {
    const [action = '', pattern = '', resource = '', part = '', allowed = '', requested = ''] = line.split(' ; ')
    return { action, pattern, resource, part, allowed, requested }
  })

const PAGE = { columns: undefined, isTerminal: false, color: false }

/** What introduces the two values of a part. */
const PARTS: Readonly<Record<string, readonly [allowed: string, requested: string]>> = {
  Region: ['allows it in Region ', 'but the call went to Region '],
  account: ['allows it in account ', 'but the call went to account '],
  service: ['allows it in service ', 'but the call went to service '],
  partition: ['allows it in partition ', 'but the call went to partition '],
  objects: ['names the bucket ', ''],
  'bucket-itself': ['allows the objects ', ''],
  suffix: ['names the secret ', 'without the suffix that Secrets Manager adds, but the call went to '],
  qualifier: ['allows ', ' without a qualifier, but the call went to '],
  tag: ['allows it only if ', ', but the resource '],
  value: ['allows it only if ', ', but it is '],
}
const OTHERS = ['allows ', ', but the call went to '] as const

/** Services whose resources answer for themselves where they have no policy: this one leaves it to the account's policies. */
const OPEN_TO_ACCOUNT: Readonly<Record<string, string>> = { kms: 'key', elasticfilesystem: 'file-system' }

/** The message of AWS and the policies that were in force. */
function evidenceFrom({ action, pattern, resource, part, requested }: Row) {
  const text = `User: arn:aws:sts::111122223333:assumed-role/app/job is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`
  const [operator = '', key = '', value = ''] = part === 'tag' || part === 'value' ? pattern.split(' ') : []
  const statement =
    operator === '' ? { Resource: pattern } : { Resource: resource, Condition: { [operator]: { [key]: value } } }
  const [service = ''] = action.split(':')
  const kind = OPEN_TO_ACCOUNT[service]
  const allowsAccount = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: `${service}:*`, Resource: '*' }],
  }
  const resourceTag = isResourceTagKey(key)
  const scenario = {
    request: {
      principal: 'arn:aws:sts::111122223333:assumed-role/app/job',
      action,
      resource,
      resourceAccount: '111122223333',
      context: operator === '' || resourceTag ? {} : { [key]: requested },
      ...(resourceTag ? { resourceTags: {} } : {}),
    },
    policies: {
      complete: true,
      ...(kind === undefined ? {} : { resourcePolicy: { name: 'of the resource', kind, document: allowsAccount } }),
      identityPolicies: [
        {
          name: 'own',
          document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, ...statement }] },
        },
      ],
    },
  }
  return { text, scenario }
}

/** Whether a form names both values of a row behind the words for its part. */
function assertNames({ part, allowed, requested, pattern, resource }: Row, form: string): void {
  const [before, between] = PARTS[part] ?? OTHERS
  const at = form.indexOf(`${before}${allowed}`)
  const then = form.indexOf(`${between}${requested}`, at + 1)
  assert.ok(at >= 0 && then > at, `${pattern} and ${resource}: ${part}: "${form}"`)
  if (part === 'case') assert.match(form, /\(upper and lower case differ\)/)
  assert.doesNotMatch(form, / allows [*?]+[ ,]/)
}

describe('the first part in which a request differs from what a policy allows', () => {
  it('is that of at least 200 pairs of 40 services', () => {
    assert.ok(rows.length >= 200, `${rows.length}`)
    assert.ok(new Set(rows.map(({ action }) => action.split(':')[0])).size >= 40)
    assert.ok(rows.every(({ allowed, requested }) => /[^*?]/.test(allowed) && requested !== ''))
  })

  it('is named with both values on the terminal, on the page and in the summary', () => {
    for (const row of rows) {
      const { text, scenario } = evidenceFrom(row)
      const policySource = { kind: 'scenario', scenario } as never
      const [diagnosis] = diagnose({ ...evidenceOf(readDenials(text)), policySource }).diagnoses
      assert.ok(diagnosis !== undefined)
      assertNames(row, whyLines(diagnosis, PAGE)[0] ?? '')
      assertNames(row, diagnosis.summary)
      assertNames(row, plain(sentenceOf(diagnosis as unknown as WireDiagnosis)))
    }
  })

  it('is named with both values by MCP, in text and in JSON', async () => {
    const tool = policyTools().find(({ name }) => name === 'diagnose_denial')
    const ask = asker(await openQuestionAnswerer({ snapshots: [], budget: 1 }))
    // Each kind of part, and of each kind some services: one call proves fixes, too.
    const some = rows.filter(({ part }, i) => rows.findIndex((row) => row.part === part) === i || i % 20 === 0)
    for (const row of some) {
      const { text, scenario } = evidenceFrom(row)
      const answer = await tool?.work({ text, scenario }, { ask, notice: () => {} } as never)
      assertNames(row, answer?.text ?? '')
      const { diagnoses } = (answer?.result ?? { diagnoses: [] }) as {
        readonly diagnoses: readonly { readonly summary: string }[]
      }
      assertNames(row, diagnoses[0]?.summary ?? '')
    }
  })
})
