import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tokenClaimsIn } from './token-claims.ts'

describe('claims of a token in a paste (R-EVID-17)', () => {
  it('reads a decoded token', () => {
    assert.deepEqual(
      tokenClaimsIn('{ "sub": "repo:acme/app:ref:refs/heads/main", "aud": "sts.amazonaws.com", "iss": "https://x" }'),
      { tokenSubject: 'repo:acme/app:ref:refs/heads/main', tokenAudience: 'sts.amazonaws.com' },
    )
  })

  it('takes no condition of a trust policy for a claim', () => {
    const trust = {
      StringEquals: {
        'token.actions.githubusercontent.com:sub': 'repo:acme/app:ref:refs/heads/main',
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      },
    }
    assert.deepEqual(tokenClaimsIn(JSON.stringify(trust)), {})
  })

  it('reads repository and ref of a log of GitHub Actions, and a pull request by its ref', () => {
    assert.deepEqual(tokenClaimsIn('GITHUB_REPOSITORY: acme/app\nGITHUB_REF: refs/heads/feature/x'), {
      tokenRepository: 'acme/app',
      tokenFor: 'ref:refs/heads/feature/x',
    })
    assert.deepEqual(tokenClaimsIn('Syncing repository: acme/app\nGITHUB_REF=refs/pull/7/merge'), {
      tokenRepository: 'acme/app',
      tokenFor: 'pull_request',
    })
  })

  const job = (environment: string): string =>
    `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    ${environment}\n    steps: []\nGITHUB_REF: refs/heads/main`

  it('takes the environment of a job before its ref', () => {
    assert.equal(tokenClaimsIn(job('environment: production')).tokenFor, 'environment:production')
    assert.equal(tokenClaimsIn(job('environment:\n      name: "staging"')).tokenFor, 'environment:staging')
    assert.equal(tokenClaimsIn(job('environment: ${{ matrix.stage }}')).tokenFor, 'environment:NAME')
  })

  it('leaves the environment open where there are several jobs: another one may have made the call', () => {
    const other = '\n  test:\n    runs-on: ubuntu-latest\n    steps: []'
    assert.equal(tokenClaimsIn(job('environment: production') + other).tokenFor, 'environment:NAME')
  })

  it('reads the one choice of an input, and leaves several open', () => {
    const inputs = (options: string): string =>
      `on:\n  workflow_dispatch:\n    inputs:\n      stage:\n        type: choice\n        options:\n${options}\n${job('environment: "${{ inputs.stage }}"')}`
    assert.equal(tokenClaimsIn(inputs('          - production')).tokenFor, 'environment:production')
    assert.equal(tokenClaimsIn(inputs('          - production\n          - test')).tokenFor, 'environment:NAME')
  })

  it('reads no environment outside of a workflow', () => {
    assert.deepEqual(tokenClaimsIn('config:\n  environment: production'), {})
  })

  it('the service account of the pod that kubectl starts', () => {
    const subjectOf = (text: string) => tokenClaimsIn(text).tokenSubject
    const subject = 'system:serviceaccount:payments:irsa-test'
    for (const command of [
      "$ kubectl -n payments run --image=cli:1 --serviceaccount=irsa-test bash -- bash -c 'sleep 1'",
      'kubectl run bash --namespace=payments --image cli --serviceaccount irsa-test',
      `kubectl run bash -n payments --overrides='{"spec":{"serviceAccountName":"irsa-test"}}' --image cli`,
    ])
      assert.equal(subjectOf(`${command}\nAccessDenied`), subject, command)
    for (const command of [
      'kubectl run bash --image cli --serviceaccount=irsa-test',
      'kubectl -n payments create rolebinding b --role=r --serviceaccount=payments:irsa-test',
      'kubectl -n payments run a --serviceaccount=irsa-test\nkubectl -n other run b --serviceaccount=irsa-test',
      'kubectl run a -- cli -n payments --serviceaccount=irsa-test',
    ])
      assert.equal(subjectOf(command), undefined, command)
  })
})

/** https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
describe('the variables of a GitLab job', () => {
  const subject = (text: string) => tokenClaimsIn(text).tokenSubject

  it('name the subject of its token', () => {
    assert.equal(
      subject('CI_PROJECT_PATH=acme/web\nCI_COMMIT_BRANCH=feature/login'),
      'project_path:acme/web:ref_type:branch:ref:feature/login',
    )
    assert.equal(
      subject('CI_COMMIT_REF_NAME=v1\nCI_COMMIT_TAG=v1\nCI_PROJECT_PATH=acme/sub/web'),
      'project_path:acme/sub/web:ref_type:tag:ref:v1',
    )
  })

  it('name none without the branch, or for a merge request', () => {
    assert.equal(subject('CI_PROJECT_PATH=acme/web'), undefined)
    assert.equal(subject('CI_PROJECT_PATH=acme/web\nCI_COMMIT_BRANCH=x\nCI_MERGE_REQUEST_IID=7'), undefined)
  })
})
