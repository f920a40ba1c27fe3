import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { denytrace, EXAMPLE, PROGRAM, ROOT } from './run-cli.ts'

/** A server that tells who calls, as sts:GetCallerIdentity does. */
const CALLER = 'arn:aws:sts::111122223333:assumed-role/deploy-role/GitHubActions'
const ANSWER = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${CALLER}</Arn><UserId>AROAEXAMPLEDEPLOY00001:GitHubActions</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`

const DENIED =
  'An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:iam::111122223333:user/u is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::b/k because no identity-based policy allows the s3:PutObject action'

let server: Server
/** Access keys that signed the calls, in order. */
let signedWith: string[] = []
let env: Record<string, string>

before(async () => {
  server = createServer((request, response) => {
    signedWith.push(/Credential=([A-Z0-9]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody')
    response.writeHead(200, { 'content-type': 'text/xml' }).end(ANSWER)
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'a-secret-that-is-never-shown',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
  }
})
after(() => server.close())

describe('run --profile', () => {
  const config = join(mkdtempSync(join(tmpdir(), 'denytrace-run-')), 'config')
  before(() =>
    writeFileSync(
      config,
      ['admin', 'ci']
        .map(
          (name) =>
            `[profile ${name}]\naws_access_key_id = AKIA${name.toUpperCase()}EXAMPLE\naws_secret_access_key = s\n`,
        )
        .join('\n'),
    ),
  )
  after(() => rmSync(join(config, '..'), { recursive: true }))

  const firstKey = async (...args: readonly string[]): Promise<string | undefined> => {
    signedWith = []
    await denytrace(['run', ...args], { env: { ...env, AWS_CONFIG_FILE: config } })
    return signedWith[0]
  }

  test('the caller is who the command runs as, not the profile that reads policies', async () => {
    assert.equal(await firstKey('--profile', 'admin', '--', 'true'), 'AKIAIOSFODNN7EXAMPLE')
  })
  test('the caller is the profile that the command’s own words name', async () => {
    assert.equal(await firstKey('--profile', 'admin', '--', 'env', 'AWS_PROFILE=ci', 'true'), 'AKIACIEXAMPLE')
  })
  test('nobody is asked when the command brings its own credentials', async () => {
    assert.equal(await firstKey('--profile', 'admin', '--', 'sudo', 'true'), undefined)
  })
})

describe('whoami', () => {
  test('tells who calls', async () => {
    const { code, out } = await denytrace(['whoami', '--format', 'json'], { env })
    const told = JSON.parse(out) as Record<string, unknown>
    assert.deepEqual([code, told['caller'], told['accountId'], told['agrees']], [0, CALLER, '111122223333', null])
  })
  test('the role of the session is the one expected', async () => {
    const args = ['whoami', '--expect-principal', 'arn:aws:iam::111122223333:role/ci/deploy-role']
    assert.equal((await denytrace(args, { env })).code, 0)
  })
  test('another is not: exit code 1, and why', async () => {
    const args = ['whoami', '--expect-principal', 'arn:aws:iam::444455556666:role/deploy-role']
    const { code, out } = await denytrace(args, { env })
    assert.equal(code, 1)
    assert.match(out, /role of that name in account 111122223333, not in 444455556666/)
  })
  test('a Region and an address that are none are told as that, wherever they stand', async () => {
    for (const [name, value, said] of [
      ['AWS_REGION', 'eu west', 'the Region cannot be `eu west`'],
      ['AWS_ENDPOINT_URL', 'nowhere', 'the address of AWS cannot be `nowhere`'],
      ['AWS_ENDPOINT_URL_STS', 'nowhere', 'the address of AWS cannot be `nowhere`'],
    ] as const) {
      const { code, err } = await denytrace(['whoami'], { env: { ...env, [name]: value } })
      assert.deepEqual([code, err.split('\n', 1)[0]], [2, `usage/not-a-value: ${said}`])
    }
  })
  test('a name is no ARN: it is told before AWS is asked, and before the command runs', async () => {
    for (const words of [['whoami'], ['run']]) {
      const args = [...words, '--expect-principal', 'deploy-role', ...(words[0] === 'run' ? ['--', 'node', '-v'] : [])]
      const { code, out, err } = await denytrace(args, { env })
      assert.deepEqual([code, out], [2, ''])
      assert.match(err, /^usage\/not-a-value: `--expect-principal` cannot be `deploy-role`\nhint: .*arn:aws:iam::/)
    }
  })
})

const MESSAGE = `An error occurred (AccessDenied) when calling the PutObject operation: User: ${CALLER} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" because no identity-based policy allows the s3:PutObject action`
const failing = (text: string, code = 254): string[] => [
  'node',
  '-e',
  `process.stdout.write('made\\n'); process.stderr.write(${JSON.stringify(`${text}\n`)}); process.exitCode = ${code}`,
]

describe('run', () => {
  test('what the command prints and how it ends stay its own; the diagnosis goes to standard error', async () => {
    const args = ['run', '--snapshot', `${EXAMPLE}/snapshot`, '--', ...failing(MESSAGE)]
    const { code, out, err } = await denytrace(args, { env })
    assert.deepEqual([code, out], [254, 'made\n'])
    assert.match(
      err,
      /^denytrace: AWS knows the caller as `arn:aws:sts::111122223333:assumed-role\/deploy-role\/GitHub/,
    )
    assert.match(
      err,
      /The role's policy artifact-upload allows staging-artifacts, but the call went to prod-artifacts\./,
    )
    assert.match(err, /kms:GenerateDataKey/, 'and what would refuse next')
    assert.ok(!err.includes('a-secret-that-is-never-shown'))
  })

  test('the diagnosis is JSON where that is asked for', async () => {
    const { code, out, err } = await denytrace(['run', '--offline', '--format', 'json', '--', ...failing(MESSAGE)], {
      env,
    })
    assert.deepEqual([code, out], [254, 'made\n'])
    const told = JSON.parse(err.slice(err.indexOf('\n{'))) as { diagnoses: { denial: { action: string } }[] }
    assert.deepEqual(
      told.diagnoses.map(({ denial }) => denial.action),
      ['s3:PutObject'],
    )
  })

  test('a message that names nobody is held against who runs the command', async () => {
    const bare =
      'An error occurred (AccessDenied) when calling the ListUsers operation: User is not authorized to perform: iam:ListUsers'
    const { err } = await denytrace(['run', '--snapshot', `${EXAMPLE}/snapshot`, '--', ...failing(bare, 1)], { env })
    assert.match(err, /assumed-role\/deploy-role\/GitHubActions/)
    assert.match(err, /iam:ListUsers/)
  })

  test('a command that succeeds is left alone', async () => {
    const { code, out, err } = await denytrace(['run', '--offline', '--', 'node', '-e', 'console.log(1)'], { env })
    assert.deepEqual([code, out, err], [0, '1\n', ''])
  })

  test('an error that is no denial gets no diagnosis', async () => {
    const { code, err } = await denytrace(['run', '--offline', '--', ...failing('ENOENT: no such file', 3)], { env })
    assert.deepEqual([code, err], [3, 'ENOENT: no such file\n'])
  })

  test('the words behind `--` are the command, whatever they are; nothing goes through a shell', async () => {
    const args = [
      'run',
      '--offline',
      '--',
      'node',
      '-p',
      'process.argv.slice(1).join()',
      '--',
      '--format',
      '$(id)',
      'a b',
    ]
    const { code, out } = await denytrace(args, { env })
    assert.deepEqual([code, out], [0, '--format,$(id),a b\n'])
  })

  test('a command ended by a signal ends as a shell says it', async () => {
    const { code } = await denytrace(['run', '--offline', '--', 'node', '-e', 'process.kill(process.pid, "SIGTERM")'], {
      env,
    })
    assert.equal(code, 143)
  })

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)
    test(`${signal} reaches the command, which ends as it likes`, async () => {
      const words = `process.on('${signal}', () => { console.log('tidied up'); process.exit(9) }); console.log('up'); setInterval(() => {}, 1000)`
      const [program, ...first] = PROGRAM
      const child = spawn(program, [...first, 'run', '--offline', '--', 'node', '-e', words], { stdio: 'pipe' })
      let [out, err] = ['', '']
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')))
      child.stdout.on('data', (chunk: Buffer) => {
        if (out === '') child.kill(signal)
        out += chunk.toString('utf8')
      })
      const [code] = (await once(child, 'close')) as [number]
      assert.deepEqual([code, out, err], [9, 'up\ntidied up\n', ''])
    })

  test('SIGUSR1 ends a command of ours, and opens no debugger', async () => {
    const [program, ...first] = PROGRAM
    const child = spawn(program, [...first, 'serve', '--port', '0'], { cwd: ROOT, stdio: 'pipe' })
    let [isSent, text] = [false, '']
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
        if (!isSent) isSent = child.kill('SIGUSR1')
      })
    const [code] = (await once(child, 'close')) as [number]
    assert.equal(code, 138)
    assert.doesNotMatch(text, /Debugger/)
  })

  test('an interrupt of the diagnosis ends with the code of the command, which has ended', async () => {
    const silent = createServer(() => child.kill('SIGINT'))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const [program, ...first] = PROGRAM
    const offline = {
      ...process.env,
      ...env,
      AWS_ENDPOINT_URL_IAM: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    }
    const args = [...first, 'run', '--', ...failing(MESSAGE)]
    const child = spawn(program, args, { env: offline, stdio: ['ignore', 'ignore', 'ignore'] })
    const [code] = (await once(child, 'close')) as [number]
    silent.closeAllConnections()
    silent.close()
    assert.equal(code, 254)
  })

  test('a report that cannot be written does not change how the command ended', async () => {
    const words = ['node', '-e', `console.error(${JSON.stringify(DENIED)}); process.exitCode = 254`]
    const { code, err } = await denytrace(['run', '--offline', '--report', '/no/such/folder/x', '--', ...words], {
      env,
    })
    assert.equal(code, 254)
    assert.match(err, /denytrace: output\/not-written: /)
  })

  test('bytes that are no text, and several denials, in one command', async () => {
    const program = `process.stdout.write(Buffer.from([0, 255, 128, 10])); for (const key of ['a', 'b']) console.error(${JSON.stringify(DENIED)}.replace('b/k', 'b/' + key))`
    const { code, err } = await denytrace(['run', '--offline', '--', 'node', '-e', program], { env })
    assert.equal(code, 0)
    for (const key of ['a', 'b'])
      assert.match(err.split('denytrace: the command ended')[1] ?? '', new RegExp(`b/${key}`))
  })

  test('no command, and one that is not there', async () => {
    const none = await denytrace(['run'], { env })
    assert.deepEqual([none.code, none.out], [2, ''])
    const missing = await denytrace(['run', '--offline', '--', 'no-such-program-here'], { env })
    assert.equal(missing.code, 127)
    assert.match(missing.err, /^run\/not-started: `no-such-program-here` could not be started: ENOENT\nhint: /)
  })

  test('what is there and cannot be executed ends with 126, as in a shell', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'denytrace-run-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const script = join(folder, 'script')
    writeFileSync(script, '#!/no/such/interpreter\n', { mode: 0o755 })
    const plain = join(folder, 'plain')
    writeFileSync(plain, 'text', { mode: 0o644 })
    const loop = join(folder, 'loop')
    symlinkSync(loop, loop)
    for (const [path, code] of [
      [script, 126],
      [plain, 126],
      [folder, 126],
      [join(plain, 'below'), 126],
      [loop, 126],
      [join(folder, 'none'), 127],
      ['', 127],
    ] as const) {
      const ran = await denytrace(['run', '--offline', '--', path], { env })
      assert.deepEqual([path, ran.code, ran.out], [path, code, ''])
      assert.match(ran.err, /^run\/not-\w+: `.*` could not be started: \w+\nhint: /)
    }
  })

  test('where AWS does not tell who runs it, the command runs all the same', async () => {
    const nobody = { ...env, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' }
    const { code, err } = await denytrace(['run', '--', 'node', '-e', 'process.exitCode = 7'], { env: nobody })
    assert.equal(code, 7)
    assert.match(err, /^denytrace: who runs this is not known \(aws\/no-credentials: /)
  })
})
