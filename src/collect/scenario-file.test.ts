import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { UserError } from '../errors.ts'
import { loadScenario, parseScenario } from './scenario-file.ts'

const refused =
  (code: string, part = '') =>
  (error: unknown): boolean =>
    error instanceof UserError && error.code === code && error.message.includes(part)

const JSON_TEXT = `{
  "request": { "principal": "arn:aws:iam::111122223333:user/bob", "action": "s3:GetObject", "resource": "*" },
  "policies": {
    "identityPolicies": [
      { "name": "one", "document": {
          "Statement": [
            { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
            { "Effect": "Deny", "Action": "s3:Put*", "Resource": "*" }
          ] } },
      { "name": "elsewhere", "file": "iam/x.json", "document": { "Statement": [] } },
      { "name": "text", "document": "%7B%22Statement%22%3A%5B%5D%7D" }
    ],
    "serviceControlPolicies": [ { "target": "r", "policies": [ { "name": "scp",
      "document": { "Statement": { "Effect": "Allow" } } } ] } ]
  },
  "resources": [
    { "arn": "arn:aws:s3:::b",
      "policy": { "Statement": [
        {} ] } }
  ]
}`

test('each policy of a JSON scenario is cited with its file and the lines of its statements', async () => {
  const scenario = await parseScenario(JSON_TEXT, 'case.json')
  const [one, elsewhere, text] = scenario.policies?.identityPolicies ?? []
  assert.deepEqual([one?.file, one?.lines], ['case.json', [7, 8]])
  assert.deepEqual([elsewhere?.file, elsewhere?.lines], ['iam/x.json', undefined])
  assert.deepEqual([text?.document, text?.file], ['%7B%22Statement%22%3A%5B%5D%7D', 'case.json'])
  assert.deepEqual(scenario.policies?.serviceControlPolicies?.[0]?.policies?.[0]?.lines, [14])
  assert.deepEqual([scenario.resources?.[0]?.file, scenario.resources?.[0]?.lines], ['case.json', [19]])
})

const YAML_TEXT = `
request:
  principal: arn:aws:iam::111122223333:user/bob
  action: s3:GetObject
  resource: arn:aws:s3:::b/k
  resourceAccount: "012345678901"
  context: { aws:SourceIp: 203.0.113.9, aws:MultiFactorAuthPresent: null }
policies:
  identityPolicies:
    - name: p
      document:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: s3:*
            Resource: "*"
          - { Effect: Deny, Action: s3:Put*, Resource: "*" }
`

test('a YAML scenario reads like JSON, with lines, dates as text and null as null', async () => {
  const scenario = await parseScenario(YAML_TEXT, 'case.yaml')
  const [policy] = scenario.policies?.identityPolicies ?? []
  assert.deepEqual([policy?.file, policy?.lines], ['case.yaml', [14, 17]])
  assert.equal(Object(policy?.document).Version, '2012-10-17')
  assert.equal(scenario.request.resourceAccount, '012345678901')
  assert.equal(scenario.request.context?.['aws:MultiFactorAuthPresent'], null)
  assert.deepEqual(await parseScenario(YAML_TEXT, 'standard input'), {
    ...scenario,
    policies: { identityPolicies: [{ ...policy, file: 'standard input' }] },
  })
})

test('an account id without quotes is a number and is refused with its line', async () => {
  for (const id of ['111122223333', '012345678901']) {
    const text = YAML_TEXT.replace('"012345678901"', id)
    await assert.rejects(
      parseScenario(text, 'a.yml'),
      refused('scenario/account-id-without-quotes', `\`${id}\` in line 6`),
    )
  }
  const json = '{"request": {"principal": "x", "action": "a:B", "resource": "*", "resourceAccount": 111122223333}}'
  await assert.rejects(
    parseScenario(json, 'a.json'),
    refused('scenario/account-id-without-quotes', '/request/resourceAccount'),
  )
})

test('a key that stands twice is refused, unless it only spoils one policy', async () => {
  await assert.rejects(
    parseScenario('{"request": {"action": "a", "action": "b"}}', 'a.json'),
    refused('scenario/duplicate-key', 'line 1'),
  )
  await assert.rejects(
    parseScenario('request:\n  action: a\n  action: b\n', 'a.yaml'),
    refused('scenario/duplicate-key', 'line 3'),
  )
  const spoiled = JSON_TEXT.replace('"Action": "s3:Put*"', '"Action": "s3:Put*", "Action": "s3:Get*"')
  const [one, elsewhere] = (await parseScenario(spoiled, 'a.json')).policies?.identityPolicies ?? []
  assert.throws(() => JSON.parse(String(one?.document)))
  assert.deepEqual(elsewhere?.document, { Statement: [] })
})

test('what is no scenario is refused with what is wrong', async () => {
  await assert.rejects(
    parseScenario('{"Version": "2012-10-17", "Statement": []}', 'a.json'),
    refused('scenario/not-a-scenario', 'none of request'),
  )
  await assert.rejects(parseScenario('[]', 'a.json'), refused('scenario/not-a-scenario', 'not an object'))
  await assert.rejects(
    parseScenario('{"request": {"action": 1}}', 'a.json'),
    refused('scenario/not-a-scenario', '/request/action'),
  )
  await assert.rejects(parseScenario('{\n"request": {,}', 'a.json'), refused('scenario/unreadable', 'line 2'))
  await assert.rejects(parseScenario('a: [1\nb: 2', 'a.yaml'), refused('scenario/unreadable', 'line'))
  for (const deep of ['[', '- ', '? ', '{a: '])
    for (const levels of [200, 5000])
      await assert.rejects(
        parseScenario(`q: 1\nr:\n  ${deep.repeat(levels)}x\nb: 1\n`, 'a.yaml'),
        refused('scenario/unreadable', ''),
      )
  await assert.rejects(
    parseScenario('request: {}\n---\nrequest: {}\n', 'a.yaml'),
    refused('scenario/unreadable', 'a second document begins in line 2'),
  )
  await assert.rejects(parseScenario('', 'a.yaml'), refused('scenario/not-a-scenario'))
})

test('aliases that multiply are refused', async () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 12; i++) lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`)
  await assert.rejects(parseScenario(lines.join('\n'), 'bomb.yaml'), refused('scenario/unreadable'))
})

test('a file is loaded by its path, and a missing one is a fault of the user', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 's.yaml'), YAML_TEXT)
  assert.equal((await loadScenario(join(folder, 's.yaml'))).request.action, 's3:GetObject')
  await assert.rejects(loadScenario(join(folder, 'none.yaml')), refused('scenario/not-found'))
})
