import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { federationOfText, federationOfValue } from './recognize-federation.ts'

const ROLE = 'arn:aws:iam::111122223333:role/web'

describe('files that show where a token comes from', () => {
  it('reads the role of a service account from its annotation', () => {
    const value = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'web', namespace: 'apps', annotations: { 'eks.amazonaws.com/role-arn': ROLE } },
    }
    const account = { is: 'service-account', namespace: 'apps', name: 'web', roleArn: ROLE }
    assert.deepEqual(federationOfValue(value), { form: 'a Kubernetes ServiceAccount', facts: [account] })
    const list = { apiVersion: 'v1', kind: 'List', items: [value, { ...value, metadata: { name: 'no-namespace' } }] }
    assert.deepEqual(federationOfValue(list)?.facts, [account])
    assert.deepEqual(
      federationOfText(
        `Name:                web\nNamespace:           apps\nLabels:              <none>\nAnnotations:         eks.amazonaws.com/role-arn: ${ROLE}\nImage pull secrets:  <none>\nMountable secrets:   <none>\nTokens:              <none>\nEvents:              <none>\n`,
      )?.facts,
      [account],
    )
  })

  it('reads the service account that pods run as: `default` where none is named', () => {
    const pod = (spec: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'apps' },
      spec,
    })
    const env = [{ name: 'AWS_ROLE_ARN', value: ROLE }]
    assert.deepEqual(federationOfValue(pod({ serviceAccountName: 'web', containers: [{ env }] }))?.facts, [
      { is: 'workload', name: 'web-1', namespace: 'apps', account: 'web', roleArn: ROLE },
    ])
    assert.deepEqual(federationOfValue(pod({ containers: [] }))?.facts, [
      { is: 'workload', name: 'web-1', namespace: 'apps', account: 'default' },
    ])
    const template = { spec: { serviceAccountName: 'web' } }
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'apps' } }
    assert.deepEqual(federationOfValue({ ...deployment, spec: { template } })?.facts, [
      { is: 'workload', name: 'web', namespace: 'apps', account: 'web' },
    ])
  })

  it('reads what the AWS CLI prints about clusters, providers, associations and identity pools', () => {
    const issuer = 'oidc.eks.us-east-1.amazonaws.com/id/A1'
    const facts = (value: unknown) => federationOfValue(value)?.facts
    assert.deepEqual(facts({ cluster: { name: 'prod', identity: { oidc: { issuer: `https://${issuer}` } } } }), [
      { is: 'cluster', name: 'prod', issuer },
    ])
    assert.deepEqual(facts({ Url: issuer, ClientIDList: ['sts.amazonaws.com'], ThumbprintList: [] }), [
      { is: 'provider', host: issuer, audiences: ['sts.amazonaws.com'] },
    ])
    const arn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`
    assert.deepEqual(facts({ OpenIDConnectProviderList: [{ Arn: arn }] }), [{ is: 'providers', arns: [arn] }])
    const association = { clusterName: 'prod', namespace: 'apps', serviceAccount: 'web' }
    assert.deepEqual(facts({ association: { ...association, roleArn: ROLE, disableSessionTags: true } }), [
      { is: 'pod-identity', cluster: 'prod', namespace: 'apps', account: 'web', roleArn: ROLE, isTagged: false },
    ])
    assert.deepEqual(facts({ associations: [association] }), [
      { is: 'pod-identity', cluster: 'prod', namespace: 'apps', account: 'web', isTagged: true },
    ])
    assert.deepEqual(facts({ IdentityPoolId: 'us-east-1:1', Roles: { authenticated: ROLE } }), [
      { is: 'identity-pool', id: 'us-east-1:1', roles: { authenticated: ROLE }, hasMappings: false },
    ])
  })

  it('reads the audiences of a GitLab pipeline, on one line and as a list', () => {
    const audiences = (aud: string) =>
      federationOfText(
        `deploy:\n  id_tokens:\n    AWS_TOKEN:\n      aud: ${aud}\n  script:\n    - !reference [.aws, script]\n`,
      )?.facts[0]
    const are = (...expected: readonly string[]) => ({ is: 'job-audiences', audiences: expected })
    assert.deepEqual(audiences('https://gitlab.example.com # ours'), are('https://gitlab.example.com'))
    assert.deepEqual(audiences('[a.example, "b.example"]'), are('a.example', 'b.example'))
    assert.deepEqual(audiences('\n        - a.example\n        - b.example'), are('a.example', 'b.example'))
    assert.equal(federationOfText('deploy:\n  script:\n    - id_tokens\n'), undefined)
  })

  it('reads a SAML assertion as XML and as base64, with the ARNs of a pair in either order', () => {
    const attribute = (name: string, value: string): string =>
      `<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`
    const provider = 'arn:aws:iam::111122223333:saml-provider/Okta'
    const xml = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Issuer>http://idp.example/?a=1&amp;b=2</saml:Issuer><saml:Subject><saml:NameID>ana</saml:NameID><saml:SubjectConfirmation><saml:SubjectConfirmationData Recipient="https://signin.aws.amazon.com/saml"/></saml:SubjectConfirmation></saml:Subject><saml:AttributeStatement>${attribute('Role', `${provider},${ROLE}`)}${attribute('Role', `${ROLE}-2,${provider}`)}${attribute('PrincipalTag:Team', 'a')}</saml:AttributeStatement></saml:Assertion>`
    const expected = {
      is: 'assertion',
      recipient: 'https://signin.aws.amazon.com/saml',
      issuer: 'http://idp.example/?a=1&b=2',
      subject: 'ana',
      pairs: [
        { role: ROLE, provider },
        { role: `${ROLE}-2`, provider },
      ],
      tags: ['Team'],
    }
    assert.deepEqual(federationOfText(xml)?.facts, [expected])
    assert.deepEqual(federationOfText(Buffer.from(xml).toString('base64'))?.facts, [expected])
    assert.equal(federationOfText('<Assertion>of something else</Assertion>'), undefined)
  })

  it('takes nothing else for one of them', () => {
    for (const value of [
      { cluster: { clusterName: 'ecs' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'b' } },
      { associations: [] },
      { Roles: [] },
      undefined,
    ])
      assert.equal(federationOfValue(value), undefined)
  })
})
