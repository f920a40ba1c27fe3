/** Files about the caller's token or assertion next to the message (R-EVID-13, R-EVID-17): docs/at-hand.md. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Sorting } from '#app/beside/sorting.ts'
import { withToken } from '#app/beside/token-beside.ts'
import { withPolicies } from '#app/beside/policy-source-beside.ts'
import { searchEvidence, shownResult } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy`
const MESSAGE =
  'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity\n'
const CLUSTER = 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'
const OTHER = 'oidc.eks.eu-west-1.amazonaws.com/id/FEDCBA9876543210FEDCBA9876543210'

const roleThat = (host: string, sub: string, aud = 'sts.amazonaws.com'): string =>
  JSON.stringify({
    Role: {
      RoleName: 'deploy',
      Arn: ROLE,
      Path: '/',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`${host}:sub`]: sub, [`${host}:aud`]: aud } },
          },
        ],
      },
    },
  })
const account = (name: string, role = ROLE): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    eks.amazonaws.com/role-arn: ${role}\n  name: ${name}\n  namespace: apps\n`
const cluster = JSON.stringify({ cluster: { name: 'prod', identity: { oidc: { issuer: `https://${CLUSTER}` } } } })

async function answerOf(text: string, files: Readonly<Record<string, string>>) {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  for (const [name, content] of Object.entries(files)) await sorting.add({ name, text: content }, true)
  const beside = sorting.end()
  assert.deepEqual(beside.faults, [])
  const evidence = withToken(withPolicies(evidenceOfText(text, 'text'), { kind: 'none' }, beside), beside)
  const [diagnosis] = shownResult(searchEvidence(evidence)).diagnoses
  return { summary: diagnosis?.summary ?? '', unused: diagnosis?.unusedInputs ?? [] }
}

describe('a service account beside the message', () => {
  const role = roleThat(CLUSTER, 'system:serviceaccount:apps:web')

  it('is the subject of the token, and has its role in the annotation', async () => {
    const { summary, unused } = await answerOf(MESSAGE, { 'role.json': role, 'sa.yaml': account('web-v2') })
    assert.match(summary, /system:serviceaccount:apps:web, but it is system:serviceaccount:apps:web-v2/)
    assert.deepEqual(unused, [])
  })

  it('gives the same answer as in one text with the message', async () => {
    const pasted = await answerOf(`${MESSAGE}\n$ kubectl get sa web-v2 -o yaml\n${account('web-v2')}`, {
      'role.json': role,
    })
    const { summary } = await answerOf(MESSAGE, { 'role.json': role, 'sa.yaml': account('web-v2') })
    assert.equal(pasted.summary, summary)
  })

  it('of several is the one with the role that was denied', async () => {
    const text = `AWS_ROLE_ARN=${ROLE}\n${MESSAGE}`
    const files = { 'role.json': role, 'a.yaml': account('web-v2'), 'b.yaml': account('other', `${ROLE}-2`) }
    const { summary, unused } = await answerOf(text, files)
    assert.match(summary, /but it is system:serviceaccount:apps:web-v2/)
    assert.deepEqual(
      unused.map(({ file }) => file),
      ['b.yaml'],
    )
  })

  it('counts less than the pod, which may run as another', async () => {
    const pod = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'apps' },
      spec: { serviceAccountName: 'default' },
    })
    const { summary } = await answerOf(MESSAGE, { 'role.json': role, 'sa.yaml': account('web'), 'pod.json': pod })
    assert.match(summary, /but it is system:serviceaccount:apps:default/)
  })
})

describe('a cluster or provider beside the message', () => {
  it('is the issuer of the token: the trust policy names another cluster', async () => {
    const files = { 'role.json': roleThat(OTHER, 'system:serviceaccount:apps:web'), 'cluster.json': cluster }
    const { summary } = await answerOf(MESSAGE, files)
    assert.match(summary, /FEDCBA9876543210.*not oidc-provider 0123456789ABCDEF/)
  })

  it('has the audience of the token if it accepts one only: STS rejects any other before it evaluates a policy', async () => {
    const host = 'gitlab.com'
    const provider = JSON.stringify({ Url: host, ClientIDList: ['https://gitlab.com'], ThumbprintList: [] })
    const files = { 'role.json': roleThat(host, 'project_path:a/b:ref_type:branch:ref:main'), 'idp.json': provider }
    const { summary } = await answerOf(MESSAGE, files)
    assert.match(summary, /gitlab\.com:aud is sts\.amazonaws\.com, but it is https:\/\/gitlab\.com/)
  })
})

const AGENT =
  '{"cluster-name":"prod","level":"error","msg":"Error fetching credentials: error getting credentials to cache: unable to fetch credentials from EKS Auth: operation error EKS Auth: AssumeRoleForPodIdentity, https response error StatusCode: 403, AccessDeniedException: Unauthorized Exception! EKS does not have permissions to assume the associated role."}'
const podRole = (more: object): string =>
  JSON.stringify({
    Role: {
      RoleName: 'deploy',
      Arn: ROLE,
      Path: '/',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole', ...more },
        ],
      },
    },
  })

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
describe('a Pod Identity association beside the message of the agent', () => {
  const association = { clusterName: 'prod', namespace: 'apps', serviceAccount: 'web', roleArn: ROLE }
  const described = JSON.stringify({ association })

  it('needs sts:TagSession in the trust policy as well', async () => {
    const { summary, unused } = await answerOf(AGENT, { 'role.json': podRole({}), 'assoc.json': described })
    assert.match(summary, /allows sts:AssumeRole, not sts:TagSession/)
    assert.deepEqual(unused, [])
  })

  it('has the tags that EKS sends', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'web' } }
    const role = podRole({ Action: ['sts:AssumeRole', 'sts:TagSession'], Condition })
    const { summary } = await answerOf(AGENT, { 'role.json': role, 'assoc.json': described })
    assert.match(summary, /aws:RequestTag\/kubernetes-namespace is web, but it is apps/)
  })

  it('without which nobody knows the tags: they are sent, with a value that is unknown', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'web' } }
    const role = podRole({ Action: ['sts:AssumeRole', 'sts:TagSession'], Condition })
    const { summary } = await answerOf(AGENT, { 'role.json': role })
    assert.match(summary, /kubernetes-namespace is web, but it has another value, or none/)
  })
})

/** https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html */
describe('a trust policy beside the message of IAM Roles Anywhere', () => {
  const DENIED = `AccessDeniedException: Unable to assume role for ${ROLE}`
  const trust = (Action: unknown, more: object = {}): string =>
    podRole({ Principal: { Service: 'rolesanywhere.amazonaws.com' }, Action, ...more })

  it('needs sts:TagSession and sts:SetSourceIdentity', async () => {
    const { summary } = await answerOf(DENIED, { 'role.json': trust('sts:AssumeRole') })
    assert.match(summary, /allows sts:AssumeRole, not sts:TagSession/)
  })

  it('asks for a certificate that nobody knows', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/x509Subject/CN': 'web' } }
    const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
    const { summary } = await answerOf(DENIED, { 'role.json': trust(all, { Condition }) })
    assert.match(summary, /x509Subject\/CN is web, but it has another value, or none/)
  })
})

describe('a pipeline of GitLab CI beside the message', () => {
  it('has the audience that its job asks for', async () => {
    const pipeline = `deploy:\n  id_tokens:\n    T:\n      aud: sts.amazonaws.com\n  script:\n    - aws s3 ls\n`
    const role = roleThat('gitlab.com', 'project_path:a/b:ref_type:branch:ref:main', 'https://gitlab.com')
    const { summary } = await answerOf(MESSAGE, { 'role.json': role, '.gitlab-ci.yml': pipeline })
    assert.match(summary, /gitlab\.com:aud is https:\/\/gitlab\.com, but it is sts\.amazonaws\.com/)
  })
})

describe('a file about a token that is for another call', () => {
  it('is said not to be used', async () => {
    const denial = `User: arn:aws:iam::${ACCOUNT}:user/ada is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action`
    const { unused } = await answerOf(denial, { 'cluster.json': cluster })
    assert.deepEqual(
      unused.map(({ file, takenFor }) => [file, takenFor]),
      [['cluster.json', 'aws eks describe-cluster']],
    )
  })
})
