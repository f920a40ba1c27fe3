// Apart from the calls, whose client is read where they are made.

/** IAM actions of the calls that read permission sets, for `--print-policy`. */
export const SET_ACTIONS: readonly string[] = [
  'sso:DescribePermissionSet',
  'sso:GetInlinePolicyForPermissionSet',
  'sso:GetPermissionsBoundaryForPermissionSet',
  'sso:ListCustomerManagedPolicyReferencesInPermissionSet',
  'sso:ListInstances',
  'sso:ListManagedPoliciesInPermissionSet',
  'sso:ListPermissionSets',
]
