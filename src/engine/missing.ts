import { variablesOf } from '#iam/variables.ts'
import { howToGet } from './how-to-get.ts'
import type { DecisionEffect, MissingFact, StatementVerdict } from './decision.ts'
import { explainPolicies } from './explain.ts'
import type { Judged } from './judge.ts'
import type { Lacking, LayerFinding } from './layers/finding.ts'
import { openLeaves } from './refusing.ts'
import type { Resolved } from './unknowns.ts'

/**
 * The facts that are not known and that matter: for an undetermined request those the decision hangs on; for a denied
 * one those that would matter once the refusing layers are mended; for an allowed one none.
 */
export function missingFacts(judged: Judged, decision: DecisionEffect, resolved: Resolved | undefined): MissingFact[] {
  if (decision === 'allowed') return []
  const bearsOn = decision === 'undetermined' ? 'decision' : 'fix'
  const findings = decision === 'undetermined' ? openLeaves(judged.tree) : judged.trace.filter(isOpen)
  const facts = new Map<string, MissingFact>()
  for (const finding of findings)
    for (const { fact, kind } of lackingOf(finding, judged)) {
      const id = `${kind}:${fact.toLowerCase()}:${finding.layer}`
      if (facts.has(id)) continue
      facts.set(id, {
        fact,
        kind,
        layer: finding.layer,
        wouldAllowIf: resolved?.wouldAllowIf.get(fact.toLowerCase()) ?? null,
        bearsOn,
        howToGet: howToGet(kind, fact, judged.facts),
      })
    }
  return [...facts.values()]
}

const isOpen = (finding: LayerFinding): boolean =>
  finding.applies && (finding.deny === 'unknown' || (finding.allow === 'unknown' && finding.deny !== true))

function lackingOf(finding: LayerFinding, judged: Judged): readonly Lacking[] {
  const unreadable = finding.policies
    .filter((policy) => policy.document.unreadable.length > 0)
    .map((policy): Lacking => ({ fact: `document of ${policy.arn ?? policy.name}`, kind: 'policy' }))
  const statements = explainPolicies(finding.policies, judged.facts.question).filter(
    (statement) => statement.matches === 'unknown',
  )
  return [...finding.lacking, ...unreadable, ...statements.flatMap((one) => lackingInStatement(one, finding, judged))]
}

function lackingInStatement(verdict: StatementVerdict, finding: LayerFinding, judged: Judged): readonly Lacking[] {
  const { lookup } = judged.facts.question
  const isUnknown = (key: string): boolean => {
    const { state } = lookup(key)
    return state === 'unknown' || state === 'present'
  }
  const key = (name: string): Lacking => ({ fact: name, kind: 'context-key' })
  return verdict.failedOn.flatMap((failed): readonly Lacking[] => {
    switch (failed.element) {
      case 'Condition': {
        const name = failed.key ?? ''
        const variables = variablesIn(finding, verdict).filter(isUnknown)
        return isUnknown(name) ? [key(name)] : variables.length > 0 ? variables.map(key) : [rolePath(judged)]
      }
      case 'Principal':
      case 'NotPrincipal':
        return [rolePath(judged)]
      default: {
        const variables = variablesIn(finding, verdict).filter(isUnknown)
        return variables.length > 0 ? variables.map(key) : [{ fact: 'ARN of the resource', kind: 'attribute' }]
      }
    }
  })
}

const rolePath = ({ facts }: Judged): Lacking => ({
  fact: `unique id and path of ${facts.caller.roleArn ?? facts.caller.arn}`,
  kind: 'principal',
})

function variablesIn(finding: LayerFinding, verdict: StatementVerdict): readonly string[] {
  const policy = finding.policies.find((one) => one.name === verdict.policy && one.arn === verdict.policyArn)
  const statement = policy?.document.statements.find((one) => one.index === verdict.index)
  if (statement === undefined) return []
  const resources = (statement.resources ?? []).flatMap((p) => (p.kind === 'arn' ? variablesOf(p.rest) : []))
  return [...resources, ...statement.conditions.flatMap((c) => c.values.flatMap((v) => variablesOf(v.template)))]
}
