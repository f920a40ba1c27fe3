/** docs/asking-aws.md: every call of AWS's SDK in the code is on the page, and every command that can make one. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { SET_ACTIONS } from '../src/collect/aws/identity-center-actions.ts'
import { collectorFor } from '../src/collect/aws/live/collector-for.ts'
import { PATH_ACTIONS } from '../src/collect/aws/live/organization-path.ts'
import { GROUP_ACTIONS, POLICY_ACTIONS, ROLE_ACTIONS, USER_ACTIONS } from '../src/collect/aws/live/principal.ts'
import { COMMANDS } from '../src/cli/commands.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'src', 'collect', 'aws')
const page = readFileSync(join(ROOT, 'docs', 'asking-aws.md'), 'utf8')
const words: ReadonlySet<string> = new Set(page.match(/\w+/g))

/** Operations that a file calls: by commands, by paginators, and by descriptions of the SDK's protocols. */
const operationsIn = (text: string): readonly string[] =>
  [
    ...text.matchAll(/\bnew ([A-Z]\w{1,80})Command\(|\bpaginate([A-Z]\w{1,80})\(|\.operation\(\s{0,20}'(\w{1,80})'/g),
  ].map(([, command, list, described]) => command ?? list ?? described ?? '')

it('names every call but those that read the resources of services', () => {
  // What collectors of services call is in `collect --print-policy`, which is made of their lists of actions.
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/^services[\\/]|^described-/.test(path),
  )
  const called = new Set(files.flatMap((path) => operationsIn(readFileSync(join(FOLDER, path), 'utf8'))))
  assert.ok(called.size > 40, `${called.size} operations`)
  assert.deepEqual(
    [...called].filter((name) => !words.has(name)),
    [],
  )
  assert.match(page, /`sts:AssumeRole`/)
})

it('names every call of --live and run', async () => {
  const resources = ['arn:aws:s3:::b', 'arn:aws:kms:r:1:key/k', 'arn:aws:sqs:r:1:q', 'arn:aws:sns:r:1:t']
  const collectors = await Promise.all(resources.map(collectorFor))
  const read = [
    ...[ROLE_ACTIONS, USER_ACTIONS, GROUP_ACTIONS, POLICY_ACTIONS, PATH_ACTIONS, SET_ACTIONS].flat(),
    ...collectors.flatMap((collector) => collector?.one?.actions ?? []),
    'ec2:DescribeVpcEndpoints',
    's3:GetAccountPublicAccessBlock',
  ]
  const part = page.slice(page.indexOf('## What `--live` and `run` read'), page.indexOf('## What `collect` reads'))
  assert.deepEqual(
    read.filter((action) => !part.includes(`\`${action}\``)),
    [],
  )
})

it('names every command that can call AWS', () => {
  const commands = COMMANDS.filter(({ options }) => 'profile' in options || 'endpoint-url' in options)
  assert.ok(commands.length > 8)
  const named = new Set([...page.matchAll(/`(?:denytrace )?([a-z-]+)/g)].map(([, name]) => name))
  for (const { name } of commands) assert.ok(named.has(name), name)
})

it('SECURITY.md names the options that call AWS, and leads there', () => {
  const security = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8')
  const options = new Set(COMMANDS.flatMap((command) => Object.keys(command.options)))
  for (const name of ['live', 'lookup', 'last', 'decode', 'cross-check', 'runbook']) {
    assert.ok(options.has(name), name)
    assert.ok(security.includes(`\`--${name}\``), name)
  }
  assert.match(security, /\(docs\/asking-aws\.md\)/)
})
