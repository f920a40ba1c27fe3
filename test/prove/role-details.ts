/** The authorization details of an account whose one role, without a path, has these statements as its own policy. */
export function roleDetails(arn: string, statements: readonly object[]): string {
  const role = {
    Path: '/',
    RoleName: arn.slice(arn.lastIndexOf('/') + 1),
    RoleId: 'AROAAPP',
    Arn: arn,
    AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
    RolePolicyList: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    AttachedManagedPolicies: [],
  }
  return JSON.stringify({ UserDetailList: [], GroupDetailList: [], RoleDetailList: [role], Policies: [] })
}
