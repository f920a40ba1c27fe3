import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Whether a program lies on the PATH. To start one that is written in Python takes a second of a processor. */
const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/** Undefined: moto is here. Else why its tests are skipped; scripts/test.mjs makes that a failure where it is required. */
export const noMoto: string | undefined = isOnPath('moto_server')
  ? undefined
  : "moto is not here; get it with: pip install 'moto[server]'"

export const noAws: string | undefined = isOnPath('aws')
  ? undefined
  : 'the AWS CLI is not here; get it with: pip install awscli'

export interface Moto {
  readonly url: string
  /** From now on every call needs permission, as in AWS; the keys of a user must be used. */
  readonly enforce: () => Promise<void>
  readonly reset: () => Promise<void>
  readonly stop: () => void
}

/** Starts an AWS-compatible server on a free port of the loopback address. */
export async function startMoto(): Promise<Moto> {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const url = await addressOf(child)
  const post = async (path: string, body: string): Promise<void> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body })
    if (!answer.ok) throw new Error(`moto answered ${answer.status} to ${path}`)
  }
  return {
    url,
    enforce: () => post('/moto-api/reset-auth', '0'),
    reset: async () => {
      await post('/moto-api/reset-auth', '1000000')
      await post('/moto-api/reset', '')
    },
    stop: () => void child.kill(),
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  const gone = once(child, 'exit').then(() => {
    throw new Error(`moto did not start: ${text}`)
  })
  const ready = (async () => {
    for (;;) {
      const found = /Running on (http:\/\/127\.0\.0\.1:\d{1,5})/.exec(text)
      if (found?.[1] !== undefined) return found[1]
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return Promise.race([ready, gone])
}

/** The environment of a program that calls moto as the holder of these keys. */
export const motoEnv = (url: string, accessKeyId = 'AKIAIOSFODNN7EXAMPLE', secretAccessKey = 'none') => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
})
