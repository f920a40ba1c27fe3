/** The console's dialog in another language: the labels are translated, the reason is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

const ROLE = 'arn:aws:sts::111122223333:assumed-role/dev/ana'
const MODEL = 'arn:aws:bedrock:us-east-2::foundation-model/amazon.nova-pro-v1:0'

test('the dialog in Japanese gives the caller, the action, the resource and the reason', () => {
  const [denial] = readText(
    `bedrock:InvokeModel に対する許可がありません。\n${ROLE}\nアクション: bedrock:InvokeModel\n${MODEL}\nコンテキスト: a service control policy explicitly denies the action`,
  )
  assert.deepEqual(
    [denial?.principal, denial?.action, denial?.resource, denial?.reported.layer, denial?.reported.denyType],
    [ROLE, 'bedrock:InvokeModel', MODEL, 'service-control-policy', 'explicit'],
  )
})

test('with all its labels, and in other languages', () => {
  for (const [user, action, resource, context] of [
    ['ユーザー: ', 'アクション: ', 'リソース: ', 'コンテキスト: '],
    ['Benutzer: ', 'Aktion: ', 'Für Ressource(n): ', 'Kontext: '],
    ['用户：', '操作：', '在资源上：', '上下文：'],
    ['Usuario: ', 'Acción: ', 'En recursos: ', 'Contexto: '],
  ] as const) {
    const [denial, ...others] = readText(
      `${user}${ROLE}\n${action}bedrock:InvokeModel\n${resource}${MODEL}\n${context}no identity-based policy allows the action`,
    )
    assert.equal(others.length, 0)
    assert.deepEqual(
      [denial?.principal, denial?.action, denial?.resource, denial?.reported.layer, denial?.reported.denyType],
      [ROLE, 'bedrock:InvokeModel', MODEL, 'identity-policy', 'implicit'],
      action,
    )
  }
})

test('a reason in prose makes no dialog', () => {
  const [denial] = readText('Achtung: a service control policy explicitly denies the action')
  assert.equal(denial?.principal, null)
  assert.equal(denial?.action, null)
})

test('a dialog beside a sentence about another action is a denial of its own, of the same action none', () => {
  const dialog = `User: ${ROLE}\nAction: bedrock:InvokeModelWithResponseStream\nOn resource(s): ${MODEL}\nContext: a service control policy explicitly denies the action`
  const sentence = (action: string) =>
    `\n\nAn error occurred (AccessDeniedException) when calling the InvokeModel operation: User: ${ROLE} is not authorized to perform: ${action} on resource: ${MODEL} with an explicit deny in a service control policy`
  const actions = (text: string) => readText(text).map(({ action }) => action)
  assert.deepEqual(actions(dialog + sentence('bedrock:InvokeModel')), [
    'bedrock:InvokeModelWithResponseStream',
    'bedrock:InvokeModel',
  ])
  assert.deepEqual(actions(dialog + sentence('bedrock:InvokeModelWithResponseStream')), [
    'bedrock:InvokeModelWithResponseStream',
  ])
})
