import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unusualContext, wholeContext } from './usual-context.ts'

const CALL = { region: 'eu-west-1', eventTime: '2026-04-27T10:03:00Z' }

const USUAL = {
  'aws:SourceVpce': null,
  'aws:SourceVpc': null,
  'aws:VpcSourceIp': null,
  'aws:ViaAWSService': false,
  'aws:CalledVia': null,
  'aws:CalledViaFirst': null,
  'aws:CalledViaLast': null,
  'aws:SecureTransport': true,
  'aws:MultiFactorAuthPresent': null,
  'aws:MultiFactorAuthAge': null,
  'aws:SourceIdentity': null,
  'aws:CurrentTime': CALL.eventTime,
  'aws:RequestedRegion': CALL.region,
}

test('of a usual context nothing is left to be written', () => {
  assert.deepEqual(unusualContext(USUAL, CALL), { given: {}, open: [] })
})

const { 'aws:SourceVpce': _vpce, 'aws:CurrentTime': _time, ...FEWER } = USUAL
const NAMED = Object.fromEntries([['__proto__', 'a tag'], ['toString', 'b'], ...Object.entries(USUAL)])

const CONTEXTS = [
  {},
  USUAL,
  FEWER,
  { ...USUAL, 'aws:SourceVpce': 'vpce-1', 'aws:SourceIp': null },
  { ...USUAL, 'aws:RequestedRegion': 'us-east-1', 'aws:CurrentTime': '2026-04-27T10:03:01Z' },
  { ...USUAL, 'aws:RequestedRegion': null, 'aws:MultiFactorAuthPresent': true, 'aws:ViaAWSService': true },
  { ...FEWER, 'aws:CalledVia': ['a.amazonaws.com'], 'aws:SecureTransport': null, 'AWS:SOURCEVPCE': null },
  NAMED,
  { ...FEWER, ...NAMED },
]

test('a context comes back from what is unusual about it, through JSON too', () => {
  for (const call of [CALL, { ...CALL, region: null }])
    for (const context of CONTEXTS) {
      const { given, open } = unusualContext(context, call)
      const written = Object.fromEntries(Object.entries(given))
      assert.deepEqual(wholeContext({ given: written, open }, call), context)
      const read = JSON.parse(JSON.stringify({ given, open })) as { given: typeof given; open: string[] }
      assert.deepEqual(wholeContext(read, call), context)
    }
})
