import { isAccountId, parseArn } from '#iam/arn.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import {
  type DependentAction,
  AWAY_FROM_ENDPOINTS,
  forwardedRequest,
  permissionRequest,
  actionAndResource,
} from '../forward-session.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import type { FurtherRequest } from '../services/service-rule.ts'
import type { Context, TargetSelector, DependentCall, Need, Proviso, Target, Who } from './dependent-call.ts'
import { policyHolderOf, type CallView, callViewOf } from './call-view.ts'
import { dependentCallsOn } from './table.ts'

/** The further requests that the table of known hops has for a request (docs/hops.md). */
export function dependentCallRequests(input: EvaluationInput): readonly FurtherRequest[] {
  const calls = dependentCallsOn(input.action)
  if (calls.length === 0) return []
  const view = callViewOf(input)
  return calls.filter((call) => call.when?.(view) ?? true).flatMap((call) => requestsOf(call, view))
}

function requestsOf(call: DependentCall, view: CallView): readonly FurtherRequest[] {
  return callersOf(call.who, view).flatMap((make) =>
    call.needs.flatMap((need) =>
      need.on(view).flatMap((target) =>
        need.actions.flatMap((action): FurtherRequest[] => {
          const request = make(dependentActionOf(need, view, target, action), target)
          return request === undefined || isItself(request, view) ? [] : [furtherOf(call, request, target)]
        }),
      ),
    ),
  )
}

/** A pull asks for two actions of which one is the request at hand. */
const isItself = ({ principal, action, resource }: Request, { input, own }: CallView): boolean =>
  principal === input.request.principal && action === input.action && resource === own

const furtherOf = (call: DependentCall, request: Request, target: Target): FurtherRequest => ({
  ...provisoOf(call.onlyIf ?? target.onlyIf),
  request,
  why: call.later === true ? `${call.why}; it happens later and its denial does not come back to the caller` : call.why,
  rule: call.rule,
  who: call.who.kind,
  ...(call.who.kind === 'role' && call.who.scoped === true ? { scoped: true } : {}),
  ...(target.closedKey === true ? { closedKey: true } : {}),
  ...(call.later === true ? { later: true } : {}),
  ...(call.apart === true ? { apart: true } : {}),
})

const provisoOf = (onlyIf: Proviso | undefined): Pick<FurtherRequest, 'onlyIf'> =>
  onlyIf === undefined ? {} : { onlyIf }

function dependentActionOf(need: Need, view: CallView, target: Target, action: string): DependentAction {
  return {
    action,
    resource: target.arn,
    resourceAccount: ownerOf(view, target),
    open: target.open,
    context: need.context?.(view, target, action) ?? {},
  }
}

function ownerOf(view: CallView, { arn, account }: Target): string | undefined {
  if (arn === null) return account
  const inArn = parseArn(arn)?.account
  if (inArn !== undefined && isAccountId(inArn)) return inArn
  const listed = view.others.find((resource) => resource.arn === policyHolderOf(arn))?.account
  return typeof listed === 'string' ? listed : account
}

type Make = (dependent: DependentAction, target: Target) => Request | undefined

/** Makers of requests, one per principal of the dependent call: several roles may be at hand. */
function callersOf(who: Who, view: CallView): readonly Make[] {
  const { request, caller } = view.input
  switch (who.kind) {
    case 'caller':
      return [(dependent) => sameCall(request, dependent)]
    case 'passes-role':
      return caller.account === undefined ? [] : [(dependent) => permissionRequest(request, dependent)]
    case 'forwarded':
      if (caller.kind === 'service') return [(dependent) => byService(caller.arn, dependent, sourceKeys(request))]
      return caller.account === undefined && caller.kind !== 'unknown'
        ? []
        : [(dependent) => forwardedRequest(request, who.by, dependent, view.input.policies.readings)]
    case 'role':
      return who
        .role(view)
        .flatMap(({ arn }) => (arn === null ? [] : [(dependent: DependentAction) => byRole(arn, dependent)]))
    case 'service': {
      const name = typeof who.name === 'string' ? who.name : who.name(view)
      const source = sourceOf(view, who.source)
      return name === '' ? [] : [(dependent) => byService(name, dependent, source)]
    }
    case 'endpoint':
      return [(dependent) => byAws(request, dependent)]
  }
}

/** The call evaluated for another action: everything said of it stays; of another resource not everything is said. */
function sameCall(outer: Request, dependent: DependentAction): Request {
  const { contextComplete, resourceAccount: _owner, ...rest } = outer
  const stays = dependent.resource === outer.resource && contextComplete !== undefined
  return {
    ...rest,
    ...actionAndResource(dependent),
    context: { ...outer.context, ...dependent.context },
    ...(stays ? { contextComplete } : {}),
  }
}

/** A role works in a session of the service's making; the caller is no part of the request (R-PRIN-12). */
const byRole = (role: string, dependent: DependentAction): Request => ({
  principal: role,
  ...actionAndResource(dependent),
  context: { ...AWAY_FROM_ENDPOINTS, 'aws:ViaAWSService': false, ...dependent.context },
})

/** A direct call of a service has no network keys, and names the resource it calls for (R-CTX-11, R-SVC-02). */
const byService = (service: string, dependent: DependentAction, source: Context): Request => ({
  principal: service,
  ...actionAndResource(dependent),
  context: { ...source, 'aws:ViaAWSService': false, ...dependent.context },
})

function sourceOf(view: CallView, from: TargetSelector | undefined): Context {
  const [source] = from?.(view) ?? []
  const account = source?.account ?? view.owner ?? view.callerAccount
  const arn: ContextValue = source === undefined || source.arn === null ? { state: 'unknown' } : source.arn
  return { 'aws:SourceArn': arn, ...(account === undefined ? {} : { 'aws:SourceAccount': account }) }
}

const SOURCE_KEYS = ['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths']

const sourceKeys = (outer: Request): Context =>
  Object.fromEntries(Object.entries(outer.context ?? {}).filter(([key]) => SOURCE_KEYS.includes(key.toLowerCase())))

/** Someone at AWS, whose name and rights are not ours to know, by way of an endpoint in the same network. */
function byAws(outer: Request, dependent: DependentAction): Request {
  const network = Object.entries(outer.context ?? {}).filter(([key]) =>
    ['aws:sourcevpc', 'aws:vpcsourceip'].includes(key.toLowerCase()),
  )
  return {
    principal: 'unknown',
    principalDetails: { type: 'unknown' },
    ...actionAndResource(dependent),
    context: { ...Object.fromEntries(network), 'aws:SourceVpce': { state: 'present' }, ...dependent.context },
  }
}
