import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { conditionKeyFacts } from './condition-keys.ts'
import { GLOBAL_KEYS } from './global-keys.ts'
import { fillTemplate, fixedLength, keyTemplate } from './key-template.ts'
import { fieldsOf } from './service-table.ts'
import { allServices, serviceTable } from './services.ts'

describe('global condition keys', () => {
  it('are multivalued exactly where AWS says so (R-CTX-02)', () => {
    const multivalued = GLOBAL_KEYS.filter(([key, type]) => key.startsWith('aws:') && type.endsWith('[]'))
    assert.deepEqual(multivalued.map(([key]) => key).toSorted(), [
      'aws:CalledVia',
      'aws:PrincipalOrgPaths',
      'aws:PrincipalServiceNamesList',
      'aws:ResourceOrgPaths',
      'aws:SourceOrgPaths',
      'aws:TagKeys',
      'aws:VpceOrgPaths',
    ])
    assert.equal(conditionKeyFacts('aws:calledvia')?.multivalued, true)
    assert.equal(conditionKeyFacts('aws:CalledViaFirst')?.multivalued, false)
  })

  it('have the type of AWS’s page and its spelling, whatever the case asked in (R-CTX-01)', () => {
    for (const [asked, name, type] of [
      ['AWS:SOURCEIP', 'aws:SourceIp', 'IPAddress'],
      ['aws:principalarn', 'aws:PrincipalArn', 'ARN'],
      ['aws:securetransport', 'aws:SecureTransport', 'Bool'],
      ['aws:MultifactorAuthAge', 'aws:MultiFactorAuthAge', 'Numeric'],
      ['aws:currenttime', 'aws:CurrentTime', 'Date'],
      ['aws:UserId', 'aws:userid', 'String'],
    ] as const)
      assert.deepEqual(conditionKeyFacts(asked), { name, type, multivalued: false })
  })

  it('keep the tag key as given, since only its case-insensitive value is known', () => {
    const template = 'aws:PrincipalTag/${TagKey}'
    assert.deepEqual(conditionKeyFacts('AWS:principaltag/CostCentre'), {
      name: 'aws:PrincipalTag/CostCentre',
      template,
      type: 'String',
      multivalued: false,
    })
    assert.equal(conditionKeyFacts('aws:PrincipalTag/*')?.template, template)
    assert.equal(conditionKeyFacts('aws:PrincipalTag/${TagKey}')?.template, template)
    assert.equal(conditionKeyFacts('aws:PrincipalTag/'), undefined, 'a tag key has at least one character')
    assert.equal(conditionKeyFacts('aws:PrincipalTag'), undefined)
  })

  it('cover every aws: key any service lists', () => {
    for (const service of allServices())
      for (const line of serviceTable(service)?.keys.values() ?? []) {
        const [key = ''] = fieldsOf(line)
        if (key.startsWith('aws:')) assert.ok(conditionKeyFacts(key), `${service} lists ${key}`)
      }
  })
})

describe('condition keys of services', () => {
  it('are multivalued where the reference types them ArrayOf', () => {
    assert.deepEqual(conditionKeyFacts('kms:encryptioncontextkeys'), {
      name: 'kms:EncryptionContextKeys',
      type: 'String',
      multivalued: true,
    })
    assert.equal(conditionKeyFacts('dynamodb:LeadingKeys')?.multivalued, true)
    assert.deepEqual(conditionKeyFacts('S3:PREFIX'), { name: 's3:prefix', type: 'String', multivalued: false })
    assert.equal(conditionKeyFacts('iam:PermissionsBoundary')?.type, 'ARN')
    assert.equal(conditionKeyFacts('s3:max-keys')?.type, 'Numeric')
  })

  it('fill their placeholders, colon, slash or angle brackets', () => {
    assert.equal(conditionKeyFacts('s3:existingobjecttag/Project')?.name, 's3:ExistingObjectTag/Project')
    assert.equal(conditionKeyFacts('kms:encryptioncontext:aws:s3:arn')?.name, 'kms:EncryptionContext:aws:s3:arn')
    assert.equal(conditionKeyFacts('ec2:ResourceTag/a/b')?.name, 'ec2:ResourceTag/a/b')
  })

  it('take the template that fixes most', () => {
    assert.equal(conditionKeyFacts('events:Metadata/x/Matcher')?.template, 'events:Metadata/${MetadataKey}/Matcher')
    assert.equal(conditionKeyFacts('events:Metadata/x/y')?.template, 'events:Metadata/${MetadataKey}')
  })

  it('are found under the service that lists them, when their prefix is a provider’s name', () => {
    assert.equal(conditionKeyFacts('saml:sub')?.name, 'saml:sub')
    assert.equal(conditionKeyFacts('token.actions.githubusercontent.com:repository')?.type, 'String')
    assert.equal(
      conditionKeyFacts('token.actions.acme.ghe.com:environment')?.template,
      'token.actions.${Domain}.ghe.com:environment',
    )
    assert.equal(conditionKeyFacts('cognito-identity.amazonaws.com:amr')?.multivalued, true)
  })

  it('are known of any identity provider for the four claims AWS makes keys of (R-CTX-03)', () => {
    const eks = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE'
    assert.deepEqual(conditionKeyFacts(`${eks}:SUB`), { name: `${eks}:sub`, type: 'String', multivalued: false })
    assert.equal(conditionKeyFacts('token.actions.githubusercontent.com:aud')?.multivalued, false)
    assert.equal(conditionKeyFacts('login.example.com:amr')?.multivalued, true)
    assert.deepEqual(conditionKeyFacts('login.example.com:ID'), {
      name: 'login.example.com:id',
      type: 'String',
      multivalued: false,
    })
    assert.deepEqual(conditionKeyFacts('login.example.net:amr'), {
      name: 'login.example.net:amr',
      type: 'String',
      multivalued: true,
    })
    assert.equal(conditionKeyFacts('s3:sub'), undefined)
  })

  it('are unknown for other claims of providers AWS does not list, and for anything else', () => {
    for (const key of [
      'oidc.example.com:groups',
      's3:nosuch',
      'nosuch:key',
      'aws:nosuch',
      '',
      ':',
      's3',
      '__proto__:x',
    ])
      assert.equal(conditionKeyFacts(key), undefined, key)
    for (const key of ['constructor', 's3:__proto__', 's3:constructor', 'aws:toString'])
      assert.equal(conditionKeyFacts(key), undefined, key)
  })
})

describe('key templates', () => {
  it('have any number of placeholders, of either kind', () => {
    const fixed = (key: string) => keyTemplate(key)?.fixed
    assert.deepEqual(fixed('aws:PrincipalTag/${TagKey}'), ['aws:PrincipalTag/', ''])
    assert.deepEqual(fixed('s3:ExistingObjectTag/<key>'), ['s3:ExistingObjectTag/', ''])
    assert.deepEqual(fixed('x:${A}/<b>/c'), ['x:', '/', '/c'])
    assert.deepEqual(fixed('x:<a>/${B}'), ['x:', '/', ''])
    assert.deepEqual(fixed('${A}:x'), ['', ':x'])
    assert.deepEqual(fixed('<a>:x'), ['', ':x'])
    assert.deepEqual([fixed('x:${A'), fixed('x:<a'), fixed('x:}a>')], [undefined, undefined, undefined])
    assert.deepEqual(fixed('x:${A}/${B'), ['x:', '/${B'])
  })

  it('are filled by the caller’s parts, each of one character or more, in the template’s spelling', () => {
    const fill = (template: string, key: string) => {
      const read = keyTemplate(template)
      assert.ok(read)
      return fillTemplate(read, key)
    }
    assert.equal(fill('x:${A}/Mid/${B}/End', 'X:a/b/mid/c/end'), 'x:a/b/Mid/c/End')
    assert.equal(fill('x:${A}/Mid/${B}', 'x:a/mid/C/mid/d'), 'x:a/Mid/C/mid/d')
    for (const key of ['x:/mid/c/end', 'x:a/mid//end', 'x:a/c/end', 'x:a/mid/c', 'y:a/mid/c/end'])
      assert.equal(fill('x:${A}/Mid/${B}/End', key), undefined, key)
    assert.equal(fill('x:${A}', 'x:\u0130'), undefined, 'a letter that is longer in lower case')
  })

  it('that fix more are meant before those that fix less', () => {
    const length = (key: string) => {
      const read = keyTemplate(key)
      return read === undefined ? undefined : fixedLength(read)
    }
    assert.deepEqual([length('ab:${X}/cd'), length('ab:${X}')], [6, 3])
  })

  it('need at least one character where the placeholder stands', () => {
    const template = keyTemplate('events:Metadata/${Key}/Matcher')
    assert.ok(template)
    assert.equal(fillTemplate(template, 'EVENTS:metadata/a/b/MATCHER'), 'events:Metadata/a/b/Matcher')
    for (const key of ['events:Metadata//Matcher', 'events:Metadata/Matcher', 'events:Metadata/a/Matcher/', 'x'])
      assert.equal(fillTemplate(template, key), undefined, key)
    assert.equal(keyTemplate('aws:SourceIp'), undefined)
  })
})
