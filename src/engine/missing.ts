import { variablesOf } from '#iam/variables.ts'
import { whose } from './evaluation-input.ts'
import { isFurther } from './further-policies.ts'
import { howToGet, IN_HEAD, INSIDE_TYPE, RESOURCE_ARN } from './how-to-get.ts'
import type { DecisionEffect, MissingFact, StatementVerdict } from './decision.ts'
import { explainPolicies } from './explain.ts'
import type { EvaluatedLayers } from './evaluate-layers.ts'
import type { Lacking, LayerFinding } from './layers/finding.ts'
import type { PreparedPolicy } from './prepare.ts'
import { idOf } from './open-keys.ts'
import { openLeaves } from './refusing.ts'
import type { Resolved } from './unknowns.ts'
import { questionOf } from './verdict.ts'

/**
 * The facts that are not known and that matter: for an undetermined request those the decision hangs on; for a denied
 * one those that would matter once the refusing layers are mended; for an allowed one none.
 */
export function missingFacts(
  evaluated: EvaluatedLayers,
  decision: DecisionEffect,
  resolved: Resolved | undefined,
): MissingFact[] {
  if (decision === 'allowed') return []
  const bearsOn = decision === 'undetermined' ? 'decision' : 'fix'
  const findings = decision === 'undetermined' ? openLeaves(evaluated.tree) : evaluated.trace.filter(isOpen)
  const matter = decision === 'undetermined' ? resolved?.keys : undefined
  const facts = new Map<string, MissingFact>()
  for (const finding of findings)
    for (const { fact, kind } of lackingOf(finding, evaluated)) {
      const key = kind === 'context-key' ? idOf(fact, evaluated.input) : fact.toLowerCase()
      const id = `${kind}:${key}:${finding.layer}`
      // Where all cases were tried, a key that changes none of them is not worth fetching (R-COND-65).
      if (facts.has(id) || (kind === 'context-key' && matter?.includes(key) === false)) continue
      facts.set(id, {
        fact,
        kind,
        layer: finding.layer,
        wouldAllowIf: resolved?.wouldAllowIf.get(key) ?? null,
        bearsOn,
        howToGet: howToGet(kind, fact, evaluated.input),
      })
    }
  return [...facts.values()]
}

const isOpen = (finding: LayerFinding): boolean =>
  finding.applies && (finding.deny === 'unknown' || (finding.allow === 'unknown' && finding.deny !== true))

function lackingOf(finding: LayerFinding, evaluated: EvaluatedLayers): readonly Lacking[] {
  const unreadable = finding.policies
    .filter((policy) => policy.document.unreadable.length > 0)
    .map((policy): Lacking => ({ fact: documentFact(policy), kind: 'policy' }))
  const inStatements = finding.policies.flatMap((policy) =>
    explainPolicies([policy], questionOf(finding, evaluated.input))
      .filter((statement) => statement.matches === 'unknown')
      .flatMap((statement) => lackingInStatement(statement, policy, evaluated)),
  )
  return [...finding.lacking, ...unreadable, ...inStatements]
}

/** The missing fact of a policy without a text that can be read. */
export const documentFact = ({ arn, name, source }: PreparedPolicy): string =>
  source === undefined && isFurther(name) ? name : `document of ${arn ?? name}`

function lackingInStatement(
  verdict: StatementVerdict,
  policy: PreparedPolicy,
  evaluated: EvaluatedLayers,
): readonly Lacking[] {
  const { lookup } = evaluated.input.question
  const isUnknown = (key: string): boolean => {
    const { state } = lookup(key)
    return state === 'unknown' || state === 'present'
  }
  const key = (name: string): Lacking => ({ fact: name, kind: 'context-key' })
  const statement = policy.document.statements.find((statement) => statement.index === verdict.index)
  return verdict.failedOn.flatMap((failed): readonly Lacking[] => {
    switch (failed.element) {
      case 'Condition': {
        const name = failed.key ?? ''
        const unknownKeys = [name, ...variablesOfKey(statement, name)].filter(isUnknown)
        return unknownKeys.length > 0 ? unknownKeys.map(key) : [rolePath(evaluated)]
      }
      case 'Principal':
      case 'NotPrincipal':
        return [rolePath(evaluated)]
      default: {
        const unsettled = unsettledOf(statement)
        if (unsettled !== undefined) return [{ fact: `${reasonOf(unsettled)}${unsettled}`, kind: 'policy' }]
        const variables = variablesOfResources(statement).filter(isUnknown)
        return variables.length > 0 ? variables.map(key) : [{ fact: RESOURCE_ARN, kind: 'attribute' }]
      }
    }
  })
}

const rolePath = ({ input }: EvaluatedLayers): Lacking => ({
  fact: `unique id and path of ${whose(input.caller.roleArn ?? input.caller.arn)}`,
  kind: 'principal',
})

type Read = PreparedPolicy['document']['statements'][number]

const variablesOfResources = (statement: Read | undefined): readonly string[] =>
  (statement?.resources ?? []).flatMap((pattern) => (pattern.kind === 'arn' ? variablesOf(pattern.rest) : []))

const reasonOf = (source: string): string =>
  source.slice(0, source.lastIndexOf(':')).includes('${') ? IN_HEAD : INSIDE_TYPE

const unsettledOf = (statement: Read | undefined): string | undefined =>
  statement?.resources?.find((pattern) => pattern.kind === 'arn' && pattern.unsettled === true)?.source

/** The variables in the values that a key is compared with. */
const variablesOfKey = (statement: Read | undefined, key: string): readonly string[] =>
  (statement?.conditions ?? [])
    .filter((line) => line.key === key)
    .flatMap((line) => line.values.flatMap(({ template }) => variablesOf(template)))
