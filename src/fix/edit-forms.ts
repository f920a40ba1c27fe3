import { withPermissionSet } from './owner.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import { documentValue } from '#iam/json-value.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { fileNameOf } from '#quote/file-name.ts'
import { textsOf } from './change.ts'
import { asFile, layoutOf, unifiedDiff } from './document-text.ts'
import type { EditedDocument } from './edited-document.ts'
import { holderOfResource } from './edits/policy-holder.ts'
import { holderOf, isAwsOwned, type PolicyLocation } from './policy-location.ts'
import { type Quota, quotaOf } from './quotas.ts'
import { versionsOf } from './versions.ts'

/** An edit that somebody made by hand of a policy in force, or of one that shall be. */
export interface OwnEdit {
  /** What was in force before the edit. */
  readonly scenario: Scenario
  readonly layer: PolicyLayer
  /** Level of the organization, or the endpoint. */
  readonly where?: string
  /** What the resource is whose policy it is: `bucket`, `key`, `trust`. */
  readonly kind?: string
  readonly policy: Pick<Policy, 'name' | 'arn' | 'file' | 'document'>
  /** It is not in force yet: its document is what was proposed, not what is there. */
  readonly isNew: boolean
  /** The edited document as it was typed. */
  readonly text: string
}

/** Texts of an edit to copy, by form; a form that the kind of policy does not have is left out. */
export interface EditForms {
  /** Unified, in the layout it was typed in. */
  readonly diff: string
  readonly terraform?: string
  readonly cloudFormation?: string
  readonly cdk?: string
  readonly awsCli?: string
  /** How long the policy is then, and may be. */
  readonly quota?: Quota
  /** Why there is a diff alone. */
  readonly note?: string
}

/** The texts of an edit made by hand, by the generators of fixes; a text that is no JSON has its diff alone. */
export function editForms(edit: OwnEdit): EditForms {
  const { scenario, policy, isNew, text } = edit
  const location = locationOf(edit)
  const before = isNew ? null : documentValue(policy.document)
  const textBefore = isNew ? '' : layoutOf(policy.document)
  const after = parsed(text)
  const why = whyDiffAlone(edit, after)
  if (why !== undefined) {
    const name = fileNameOf(location.name, location.arn, location.on)
    return { diff: unifiedDiff(name, asFile(textBefore), asFile(text)), note: why }
  }
  const edited: EditedDocument = { location: withPermissionSet(location, [scenario]), before, after }
  const { recipe: _recipe, diff = '', ...forms } = textsOf(edited, textBefore, text, versionsOf(location, [scenario]))
  const quota = quotaOf(location, after, [scenario])
  return { diff, ...forms, ...(quota === undefined ? {} : { quota }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** AWS's own policies can be attached and not edited. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html */
function whyDiffAlone({ policy, isNew }: OwnEdit, after: unknown): string | undefined {
  if (typeof after !== 'object' || after === null || Array.isArray(after)) return 'the text is no JSON object yet'
  return !isNew && isAwsOwned(policy)
    ? 'it is a policy of AWS: nobody can edit it; detach it and attach one of your own'
    : undefined
}

function locationOf({ scenario, layer, where, kind, policy, isNew }: OwnEdit): PolicyLocation {
  const { name, arn, file, document } = policy
  return {
    layer,
    on: attachedTo(scenario, layer, where),
    name,
    ...(arn === undefined ? {} : { arn }),
    ...(file === undefined ? {} : { file }),
    ...(where === undefined ? {} : { where }),
    ...(kind === undefined ? {} : { kind }),
    document: isNew ? null : document,
  }
}

/** The principal, resource, endpoint or level of the organization that has the policy. */
function attachedTo(scenario: Scenario, layer: PolicyLayer, where: string | undefined): string {
  const { request } = scenario
  const caller = readCaller(request)
  switch (layer) {
    case 'identity-policy':
    case 'permissions-boundary':
      return holderOf(caller) ?? caller.arn
    case 'resource-policy': {
      const [resource] = [request.resource ?? []].flat()
      return resource === undefined ? (where ?? '') : (holderOfResource(resource, scenario) ?? resource)
    }
    case 'vpc-endpoint-policy':
      return where ?? [request.context?.['aws:SourceVpce'] ?? ''].flat().join()
    case 'service-control-policy':
    case 'resource-control-policy':
      return where ?? ''
    default:
      return caller.arn
  }
}
