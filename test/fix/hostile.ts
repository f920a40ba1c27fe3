/** Names as somebody would give them who wants our output to do something, and fixes in which every name is one. */
import type { Consequence } from '#fix/gate/consequence.ts'
import type { DocumentEdit } from '#fix/edit.ts'
import { changeOf, withTexts } from '#fix/change.ts'
import type { PolicyLocation } from '#fix/policy-location.ts'
import type { FixInHand, Proof } from '#fix/proof/fix.ts'

/** `canary` is a program that leaves a mark where it is started. */
const COMMAND = 'canary'
const TAGS = String.fromCodePoint(0xe0063, 0xe0061, 0xe006e)

export const PAYLOADS: readonly string[] = [
  `p\n${COMMAND}\n`.trimEnd(),
  `p\r\n${COMMAND} #`,
  `'; ${COMMAND}; '`,
  `"; ${COMMAND}; "`,
  `\`${COMMAND}\``,
  `$(${COMMAND})`,
  `\${IFS}$(${COMMAND})`,
  `*/ ${COMMAND} /*`,
  `EOF\n${COMMAND}\nEOF x`,
  `JSON\n${COMMAND}`,
  '${file("/etc/passwd")} %{ for x in [1] }x%{ endfor }',
  '$${a} $$${b} %%{c} $%{d}',
  `--version`,
  `-rf`,
  `a\u202e${COMMAND}\u2066b\u200f`,
  `a${TAGS}b`,
  `a\u2028${COMMAND}\u2029b`,
  `a\u0085b\u001b]0;x\u0007\u009b2J`,
  `${'x'.repeat(3000)}`,
  `::error::x ##[add-mask]y`,
  `yes`,
  `#{a} <!-- & | > < ~ ! {{x}}`,
  `\\`,
  `a\\'"b`,
  `__proto__`,
  ` `,
]

export const A = '111122223333'
export const B = '444455556666'

/** Every place that has commands, with a hostile text wherever an input can name something. */
export function hostilePlaces(text: (i: number) => string): readonly PolicyLocation[] {
  let i = 0
  const next = (): string => text(i++)
  const role = (): string => `arn:aws:iam::${A}:role/${next()}`
  const held = (layer: PolicyLocation['layer'], on: string, more: Partial<PolicyLocation> = {}): PolicyLocation => ({
    layer,
    on,
    name: next(),
    document: documentOf(next, next()),
    ...more,
  })
  const resource = (kind: string, on: string): PolicyLocation => held('resource-policy', on, { kind })
  return [
    held('identity-policy', role()),
    held('identity-policy', role(), { document: null }),
    held('identity-policy', `arn:aws:iam::${A}:user/path/${next()}`),
    held('identity-policy', role(), { name: `${next()} (group ${next()})` }),
    held('identity-policy', role(), { arn: `arn:aws:iam::${A}:policy/${next()}` }),
    held('identity-policy', role(), { arn: `arn:aws:iam::${A}:policy/${next()}`, document: null }),
    held('identity-policy', `arn:aws:iam::${A}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${next()}_0`),
    held('permissions-boundary', role(), { arn: `arn:aws:iam::${B}:policy/${next()}` }),
    held('session-policy', `arn:aws:sts::${A}:assumed-role/r/${next()}`),
    held('service-control-policy', 'r-1', { arn: `arn:aws:organizations::${B}:policy/o-1/${next()}`, where: next() }),
    held('service-control-policy', next(), { where: next(), document: null }),
    held('vpc-endpoint-policy', next(), { where: next() }),
    resource('trust', role()),
    resource('bucket', `arn:aws:s3:::${next()}`),
    resource('access-point', `arn:aws:s3:eu-west-1:${A}:accesspoint/${next()}`),
    resource('key', `arn:aws:kms:eu-west-1:${A}:key/${next()}`),
    resource('queue', `arn:aws:sqs:eu-west-1:${A}:${next()}`),
    resource('topic', `arn:aws:sns:eu-west-1:${A}:${next()}`),
    resource('secret', `arn:aws:secretsmanager:eu-west-1:${A}:secret:${next()}`),
    resource('repository', `arn:aws:ecr:eu-west-1:${A}:repository/${next()}`),
    resource('table', `arn:aws:dynamodb:eu-west-1:${A}:table/${next()}`),
    resource('stream', `arn:aws:kinesis:eu-west-1:${A}:stream/${next()}`),
  ]
}

/** A document with hostile Sids, keys and values. */
const documentOf = (text: () => string, sid: string): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: sid,
      Effect: 'Allow',
      Action: ['s3:GetObject', text()],
      Resource: [`arn:aws:s3:::b/${text()}`, '*'],
      Condition: {
        StringEquals: JSON.parse(`{${JSON.stringify(`aws:RequestTag/${text()}`)}: ${JSON.stringify(text())}}`),
        [text()]: { a: text() },
      },
    },
  ],
})

const scenario = (place: PolicyLocation) =>
  ({
    request: {
      principal: `arn:aws:iam::${A}:role/r`,
      action: 's3:GetObject',
      resource: place.on,
      context: {},
      resourceAccount: A,
    },
    organization: { managementAccount: B },
  }) as never

/** A fix that adds a statement at every place. */
export function hostileFix(
  places: readonly PolicyLocation[],
  text: string,
  consequences: readonly Consequence[] = [],
): FixInHand {
  const changes = places.map((place) => {
    const value = { Sid: text, Effect: 'Allow', Action: text, Resource: '*' }
    const isNew = place.document === null
    const operation = isNew
      ? { op: 'add' as const, path: '', value: { Version: '2012-10-17', Statement: [value] } }
      : { op: 'add' as const, path: '/Statement/-', value }
    const after = isNew
      ? operation.value
      : { ...(place.document as object), Statement: [...(place.document as { Statement: object[] }).Statement, value] }
    const edit: DocumentEdit = {
      is: 'document',
      kind: isNew ? 'add-policy' : 'edit-policy',
      location: place,
      operationsOn: () => [operation],
      does: `add a statement to ${place.name} of ${place.on}`,
      slug: 'x',
    }
    return withTexts(
      changeOf({ edits: [edit], before: place.document, after, operations: [operation] }, [scenario(place)]),
    )
  })
  return {
    id: 'x',
    title: `Mend ${text}`,
    changes,
    cures: [],
    consequences,
    grantsTo: null,
    replay: { decision: 'allowed', by: [], intended: true },
    proof: NOT_PROVED,
  } as unknown as FixInHand
}

const NOT_PROVED: Proof = {
  status: 'not-proved',
  beyondIntent: false,
  newlyAllowed: [],
  newlyDenied: [],
  neighbours: [],
  witness: null,
  reason: 'it was not asked',
}
