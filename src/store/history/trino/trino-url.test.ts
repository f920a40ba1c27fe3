import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UserError } from '../../../errors.ts'
import { trinoPlace } from './trino-url.ts'

describe('the address of a Trino cluster', () => {
  it('is TLS on port 443 elsewhere, and plain on 8080 on this machine', () => {
    assert.deepEqual(trinoPlace('trino://ann@trino.example.com/hive/denytrace', {}), {
      origin: 'https://trino.example.com:443',
      user: 'ann',
      catalog: 'hive',
      schema: 'denytrace',
      authorization: undefined,
      timeoutSeconds: 1800,
      name: 'trino://trino.example.com:443/hive/denytrace',
    })
    assert.equal(trinoPlace('trino://127.0.0.1/hive/d', {}).origin, 'http://127.0.0.1:8080')
    assert.equal(trinoPlace('trino://[::1]:9000/hive/d?tls=true', {}).origin, 'https://[::1]:9000')
    assert.equal(trinoPlace('trino://t.example.com:8080/hive/d?tls=false&timeout=60', {}).timeoutSeconds, 60)
  })

  it('takes a token or a password from the environment, and names neither', () => {
    const env = { USER: 'ann', DENYTRACE_TRINO_PASSWORD: 's3cret' }
    const basic = trinoPlace('trino://trino.example.com/hive/d', env)
    assert.equal(basic.authorization, `Basic ${Buffer.from('ann:s3cret').toString('base64')}`)
    assert.ok(!basic.name.includes('s3cret'))
    const bearer = trinoPlace('trino://trino.example.com/hive/d', { ...env, DENYTRACE_TRINO_TOKEN: 'ey.J' })
    assert.equal(bearer.authorization, 'Bearer ey.J')
  })

  it('refuses what is no such address, and what would give a secret away', () => {
    const token = { DENYTRACE_TRINO_TOKEN: 'ey.J' }
    for (const [url, env] of [
      ['trino://', {}],
      ['trino://h', {}],
      ['trino://h/hive', {}],
      ['trino://h/hive/a/b', {}],
      ['trino://h/hive/a"b', {}],
      ['trino://ann:pw@h/hive/d', {}],
      ['trino://h/hive/d?tls=maybe', {}],
      ['trino://h/hive/d?ssl=true', {}],
      ['trino://h/hive/d?timeout=0', {}],
      ['trino://h/hive/d?tls=false', token],
      ['http://h/hive/d', {}],
    ] as const)
      assert.throws(
        () => trinoPlace(url, env),
        (error) => error instanceof UserError && !error.message.includes('pw'),
        url,
      )
  })
})
