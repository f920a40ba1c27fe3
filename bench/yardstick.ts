import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Request } from '#iam/request.ts'
import type { Policy, PolicyLevel } from '#engine/scenario.ts'
import { ACCOUNT, type Fixture } from './fixtures.ts'

/** The package we measure against. Its licence keeps it out of our dependencies: it is used where a person installed it. */
const PACKAGE = '@cloud-copilot/iam-simulate'

type Simulate = (simulation: object, options: object) => Promise<unknown>

export interface Yardstick {
  readonly name: string
  readonly version: string
  /** One simulation; throws where the yardstick itself answers with an error. */
  readonly run: (simulation: object) => Promise<string>
}

/** From the folder that DENYTRACE_YARDSTICKS names, else from beside the project (`npm i --no-save`). */
export async function findYardstick(): Promise<Yardstick | undefined> {
  const folder = process.env['DENYTRACE_YARDSTICKS'] || process.cwd()
  const require = createRequire(join(folder, 'package.json'))
  let entry: string
  try {
    entry = require.resolve(PACKAGE)
  } catch {
    return undefined
  }
  const module = (await import(pathToFileURL(entry).href)) as { runSimulation: Simulate }
  const root = entry.slice(0, entry.lastIndexOf(PACKAGE) + PACKAGE.length)
  const { version } = require(join(root, 'package.json')) as { version: string }
  return {
    name: 'iam-simulate',
    version,
    run: async (simulation) => overall(await module.runSimulation(simulation, {})),
  }
}

function overall(result: unknown): string {
  const { overallResult, errors } = result as { overallResult?: string; errors?: unknown }
  if (overallResult === undefined) throw new Error(`the yardstick refuses the fixture: ${JSON.stringify(errors)}`)
  return overallResult
}

const named = ({ name, document }: Policy) => ({ name, policy: document })
const levels = (given: readonly PolicyLevel[] | null | undefined) =>
  (given ?? []).map(({ target, policies }) => ({ orgIdentifier: target, policies: (policies ?? []).map(named) }))

/** The same question in the yardstick's form. It takes texts, and no key that does not belong to the action. */
export function simulationOf({ policies }: Fixture, request: Request): object {
  const context = Object.entries(request.context ?? {}).map(([key, value]) => [key, String(value)])
  return {
    request: {
      principal: request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.resourceAccount ?? ACCOUNT },
      contextVariables: Object.fromEntries(context),
    },
    identityPolicies: (policies.identityPolicies ?? []).map(named),
    serviceControlPolicies: levels(policies.serviceControlPolicies),
    resourceControlPolicies: levels(policies.resourceControlPolicies),
    resourcePolicy: policies.resourcePolicy?.document,
    permissionBoundaryPolicies: policies.permissionsBoundary ? [named(policies.permissionsBoundary)] : undefined,
    additionalSettings: { s3: { bucketAbacEnabled: false } },
  }
}
