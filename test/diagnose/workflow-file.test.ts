/** A workflow of GitHub Actions in a file beside the message says what token its job showed (R-EVID-17). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Sorting } from '#app/beside/sorting.ts'
import { withToken } from '#app/beside/token-beside.ts'
import { withPolicies } from '#app/beside/policy-source-beside.ts'
import { searchEvidence, shownResult } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'

const HOST = 'token.actions.githubusercontent.com'
const MESSAGE = 'Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity\n'

const workflow = (environment: string): string => `on:
  push:
    branches: [main]
permissions:
  id-token: write
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: ${environment}
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::111122223333:role/deploy
          aws-region: eu-west-1
`

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${HOST}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: 'repo:acme/shop:ref:refs/heads/main' },
      },
    },
  ],
})

async function answerOf(text: string, files: readonly (readonly [name: string, text: string])[]) {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  for (const [name, content] of files) await sorting.add({ name, text: content }, true)
  const beside = sorting.end()
  const evidence = withToken(withPolicies(evidenceOfText(text, 'text'), { kind: 'none' }, beside), beside)
  const [diagnosis] = shownResult(searchEvidence(evidence)).diagnoses
  return { beside, diagnosis }
}

describe('a workflow beside the message', () => {
  it('gives the same answer as in one text with it: the environment is in the subject, and no branch', async () => {
    const alone = await answerOf(MESSAGE, [
      ['trust.json', TRUST],
      ['deploy.yml', workflow('production')],
    ])
    const pasted = await answerOf(`${MESSAGE}\n${workflow('production')}`, [['trust.json', TRUST]])
    assert.deepEqual(alone.beside.readAs.at(-1), { file: 'deploy.yml', form: 'a GitHub Actions workflow' })
    assert.match(alone.diagnosis?.summary ?? '', /refs\/heads\/main, but it is repo:acme\/shop:environment:production/)
    assert.equal(alone.diagnosis?.summary, pasted.diagnosis?.summary)
  })

  it('is not used a second time: only one job made the call', async () => {
    const { beside } = await answerOf(MESSAGE, [
      ['a.yml', workflow('a')],
      ['b.yml', workflow('b')],
    ])
    assert.match(beside.faults[0]?.message ?? '', /`b\.yml` is not used: `a\.yml` is a workflow, too/)
  })

  it('that stands in one file with the message is the message', async () => {
    const { beside } = await answerOf(MESSAGE, [['log.txt', `${MESSAGE}\n${workflow('production')}`]])
    assert.equal(beside.inputs.length, 1)
    assert.equal(beside.workflow, undefined)
  })
})
