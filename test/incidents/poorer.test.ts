/** R-EVID-15: a true fact that is added never makes an answer poorer. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { WholeDiagnosis } from '#app/diagnose.ts'
import { withFacts } from '#app/given-facts.ts'
import { answersOf, diagnosesOf, drawn, evidenceOf, filesOf, noIncidents, sampled, withFiles } from './incident-sets.ts'

const INCIDENTS = sampled(10, ({ files = [] }) => files.length > 0)

const layers = (diagnosis: WholeDiagnosis | undefined, ...certainties: readonly string[]): readonly string[] => [
  ...new Set(diagnosis?.causes.filter(({ certainty }) => certainties.includes(certainty)).map(({ layer }) => layer)),
]

/** Whether a given policy of the layer allows the call, so that the layer is no likely cause any more. */
const isAllowed = (after: WholeDiagnosis | undefined, layer: string): boolean =>
  after?.steps[0]?.decision.layers.some(
    (found) =>
      found.layer === layer && found.statements.some(({ effect, matches }) => effect === 'Allow' && matches === true),
  ) === true

/**
 * What the fuller answer lost of the other one. A likely cause may give way to a policy that allows the call, and a draft from the
 * message to the policies that show another cause.
 */
function lost(before: WholeDiagnosis | undefined, after: WholeDiagnosis | undefined): readonly string[] {
  const named = layers(after, 'certain', 'likely')
  const likely = layers(before, 'certain', 'likely').filter((layer) => !isAllowed(after, layer))
  const fixed = before?.fixes[0]?.changes.map(({ layer }) => layer) ?? []
  const isAnswered = after?.status === 'contradicted' || after?.fixes.length !== 0 || (after.whyNoFix ?? []).length > 0
  return [
    ...layers(before, 'certain')
      .filter((layer) => !named.includes(layer))
      .map((layer) => `the cause ${layer}`),
    ...(likely.length > 0 && named.length === 0 && after?.status !== 'contradicted' ? ['that a cause is named'] : []),
    ...(!isAnswered && fixed.length > 0 && fixed.every((layer) => named.includes(layer)) ? ['the fix'] : []),
  ]
}

describe(`an answer with one more true fact (${drawn})`, { skip: noIncidents ?? false }, () => {
  for (const incident of INCIDENTS)
    describe(incident.id, () => {
      const files = filesOf(incident)
      const [full, alone] = [() => withFiles(evidenceOf(incident.text), files), () => evidenceOf(incident.text)]

      test('keeps what the text alone says', async () => {
        const [before] = diagnosesOf(alone())
        const [after] = diagnosesOf(await full())
        assert.deepEqual(lost(before, after), [])
      })

      if (files.length > 1)
        for (const [i, { name }] of files.entries())
          test(`keeps what the other files say with ${name}`, async () => {
            const others = files.filter((_, j) => j !== i)
            const [before] = diagnosesOf(await withFiles(alone(), others))
            const [after] = diagnosesOf(await full())
            assert.deepEqual(lost(before, after), [])
          })

      test('keeps causes and first fix where the call is said to use TLS', async () => {
        const evidence = await full()
        const told = withFacts(evidence, { context: { 'aws:SecureTransport': true } }).evidence
        assert.deepEqual(lost(diagnosesOf(evidence)[0], diagnosesOf(told)[0]), [])
      })

      // Policies are those of a caller that nobody names, or whose name is masked.
      const isNamed = evidenceOf(incident.text).denials.some(({ principal }) =>
        /^arn:[\w-]+:(?:sts|iam)::[^:]+:[\w-]+\/[\w+=,.@/-]+$/.test(principal ?? ''),
      )
      const skip = isNamed ? false : 'nobody is named as the caller'
      test('is the same with the policy of a role that has nothing to do with it', { skip }, async () => {
        const other = {
          RoleName: 'denytrace-unrelated',
          PolicyName: 'own',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: 'gamelift:*', Resource: '*' },
          },
        }
        const more = [...files, { name: 'unrelated.json', text: JSON.stringify(other) }]
        assert.deepEqual(answersOf(diagnosesOf(await withFiles(alone(), more))), answersOf(diagnosesOf(await full())))
      })
    })
})
