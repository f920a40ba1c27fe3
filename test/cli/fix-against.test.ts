/** `fix --against OLD`, for each kind of OLD: what changed since is the first fix, in whatever form the older policies are given. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { repository } from './git-repository.ts'
import { denytrace } from './run-cli.ts'
import { denytraceInside } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-fix-against-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const A = '111122223333'
const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const READ = { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/*' }
const LIST = { Sid: 'List', Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::files' }
const denialOf = (principal: string): string =>
  `User: ${principal} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::files/a.txt because no identity-based policy allows the s3:GetObject action`
const DENIAL = denialOf(`arn:aws:sts::${A}:assumed-role/app/run`)
const USER_DENIAL = denialOf(`arn:aws:iam::${A}:user/ann`)

function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify(value))
}

interface Had {
  readonly inline: readonly unknown[]
  readonly attached?: readonly string[]
  readonly groups?: readonly string[]
}

const MANAGED = [
  ['read-files', READ],
  ['list-files', LIST],
] as const
const arnOf = (name: string): string => `arn:aws:iam::${A}:policy/${name}`
const attached = (names: readonly string[] = []) => names.map((name) => ({ PolicyName: name, PolicyArn: arnOf(name) }))

/** A snapshot of one account: role `app` and user `ann`, each with what it had, and the group `readers`. */
function writeSnapshot(root: string, app: Had, ann: Had = { inline: [] }): string {
  const at = join(root, 'accounts', A)
  write(join(at, 'account.json'), { id: A, name: 'files' })
  write(join(at, 'vpc-endpoints.json'), { VpcEndpoints: [] })
  write(join(at, 'resources', 's3', 'files.json'), {
    arn: 'arn:aws:s3:::files',
    account: A,
    kind: 'bucket',
    policy: null,
    attributes: {},
  })
  write(join(at, 'authorization-details.json'), {
    UserDetailList: [
      {
        Path: '/',
        UserName: 'ann',
        UserId: 'AIDAEXAMPLEANN',
        Arn: `arn:aws:iam::${A}:user/ann`,
        GroupList: ann.groups ?? [],
        AttachedManagedPolicies: attached(ann.attached),
        Tags: [],
        UserPolicyList: ann.inline.map((one) => ({ PolicyName: 'own', PolicyDocument: document(one) })),
      },
    ],
    GroupDetailList: [
      {
        Path: '/',
        GroupName: 'readers',
        GroupId: 'AGPAEXAMPLEREADERS',
        Arn: `arn:aws:iam::${A}:group/readers`,
        GroupPolicyList: [{ PolicyName: 'list', PolicyDocument: document(LIST) }],
        AttachedManagedPolicies: attached(['read-files']),
      },
    ],
    Policies: MANAGED.map(([name, statement]) => ({
      PolicyName: name,
      Arn: arnOf(name),
      DefaultVersionId: 'v1',
      PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document(statement) }],
    })),
    RoleDetailList: [
      {
        Path: '/',
        RoleName: 'app',
        RoleId: 'AROAEXAMPLEAPP',
        Arn: `arn:aws:iam::${A}:role/app`,
        AssumeRolePolicyDocument: document(),
        InstanceProfileList: [],
        AttachedManagedPolicies: attached(app.attached),
        Tags: [],
        RolePolicyList: [{ PolicyName: 'reader', PolicyDocument: document(...app.inline) }],
      },
    ],
  })
  write(join(root, 'organization.json'), null)
  write(join(root, 'meta.json'), {
    collectedAt: '2026-09-15T06:10:00Z',
    tool: 'denytrace collect',
    coverage: [{ part: `accounts/${A}`, state: 'complete' }],
  })
  return root
}

interface Answer {
  readonly fixes: readonly {
    readonly id: string
    readonly changes: readonly { readonly does: string; readonly putsBack?: true; readonly awsCli?: string }[]
    readonly replay: { readonly decision: string }
  }[]
}

/** The first fix of `fix --against`, as JSON. */
async function firstFix(words: readonly string[], stdin = DENIAL) {
  const { code, out, err } = await denytraceInside(['fix', '-', '--format', 'json', ...words], { stdin })
  assert.ok(code === 0 || code === 1, `${code} ${err}`)
  const [fix] = (JSON.parse(out) as Answer).fixes
  assert.ok(fix !== undefined, out)
  return { id: fix.id, change: fix.changes[0], decision: fix.replay.decision }
}

const now = writeSnapshot(join(folder, 'now'), { inline: [LIST] })

test('an older snapshot: the statement that is gone comes back first', async () => {
  const old = writeSnapshot(join(folder, 'monday'), { inline: [READ, LIST] })
  const { id, change, decision } = await firstFix(['--snapshot', now, '--against', old])
  assert.equal(id, 'put-back-identity-policy.exact')
  assert.equal(change?.does, `put back a statement of \`reader\` as it was in ${old}`)
  assert.equal(change?.putsBack, true)
  assert.equal(decision, 'allowed')
})

test('an older snapshot: a managed policy that was detached is attached again', async () => {
  const old = writeSnapshot(join(folder, 'attached'), { inline: [LIST], attached: ['read-files'] })
  const { change } = await firstFix(['--snapshot', now, '--against', old])
  assert.equal(change?.does, `attach managed policy \`read-files\` to role \`app\` again, as it was in ${old}`)
  assert.match(
    change?.awsCli ?? '',
    /aws iam attach-role-policy --role-name app --policy-arn arn:aws:iam::111122223333:policy\/read-files/,
  )
})

test('an older snapshot: a user who was removed from a group is put back, and fix.sh does it and undoes it', async () => {
  const old = writeSnapshot(join(folder, 'member'), { inline: [LIST] }, { inline: [], groups: ['readers'] })
  const { change } = await firstFix(['--snapshot', now, '--against', old], USER_DENIAL)
  assert.equal(change?.does, `put user \`ann\` back in group \`readers\`, as it was in ${old}`)
  const out = join(folder, 'out')
  const { code, err } = await denytraceInside(['fix', '-', '--snapshot', now, '--against', old, '--out', out], {
    stdin: USER_DENIAL,
  })
  assert.ok(code === 0 || code === 1, err)
  const script = readFileSync(join(out, 'fix.sh'), 'utf8')
  assert.match(script, /aws iam add-user-to-group --user-name ann --group-name readers/)
  assert.match(script, /aws iam remove-user-from-group --user-name ann --group-name readers/)
})

test('a scenario: its policies are what was in force', async () => {
  const scenario = join(folder, 'old.json')
  const policies = { complete: true, identityPolicies: [{ name: 'reader', document: document(READ, LIST) }] }
  write(scenario, { request: {}, policies })
  const here = join(folder, 'here.json')
  write(here, {
    request: {},
    policies: { ...policies, identityPolicies: [{ name: 'reader', document: document(LIST) }] },
  })
  const { id, change } = await firstFix(['--scenario', here, '--against', scenario])
  assert.equal(id, 'put-back-identity-policy.exact')
  assert.equal(change?.does, `put back a statement of \`reader\` as it was in ${scenario}`)
})

test('a revision of git: the snapshot as it was committed', async (t) => {
  const { at, git } = repository(t)
  writeSnapshot(join(at, 'aws'), { inline: [READ, LIST] })
  git('add', '-A')
  git('commit', '-qm', 'a snapshot')
  writeSnapshot(join(at, 'aws'), { inline: [LIST] })
  const { out, err } = await denytrace(['fix', '-', '--snapshot', 'aws', '--against', 'HEAD:aws', '--format', 'json'], {
    cwd: at,
    stdin: DENIAL,
  })
  const [fix] = (JSON.parse(out) as Answer).fixes
  assert.equal(fix?.id, 'put-back-identity-policy.exact', err)
  assert.equal(fix.changes[0]?.does, 'put back a statement of `reader` as it was in HEAD:aws')
})

test('what is none of them is refused with what may be given', async () => {
  const document = join(folder, 'policy.json')
  write(document, { Version: '2012-10-17', Statement: [READ] })
  const { code, err } = await denytraceInside(['fix', '-', '--snapshot', now, '--against', document], { stdin: DENIAL })
  assert.equal(code, 3)
  assert.match(err, /is neither a snapshot nor a scenario\nhint: give `--against` the folder of an older snapshot/)
})
