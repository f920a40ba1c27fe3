import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'

const SESSION = 'arn:aws:sts::111122223333:assumed-role/app/job'
const QUEUE = 'arn:aws:sqs:eu-west-1:444455556666:q'

/** R-UNK-01: what nobody provided is not known, and never none. */
describe('the reason of a cause whose layer nobody provided', () => {
  for (const [named, layer, reason] of [
    ['identity-based policy', 'identity-policy', 'the identity policies are not known'],
    ['resource-based policy', 'resource-policy', 'the resource policy is not known'],
  ] as const)
    it(`is that the ${named} is not known`, () => {
      const text = `User: ${SESSION} is not authorized to perform: sqs:SendMessage on resource: ${QUEUE} because no ${named} allows the sqs:SendMessage action`
      const causes = diagnoseToShow(rawEvidence(text)).diagnoses[0]?.causes ?? []
      const own = causes.filter((cause) => cause.layer === layer)
      assert.ok(own.length > 0)
      for (const cause of own) assert.equal(cause.reason, reason)
    })
})
