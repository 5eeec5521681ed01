/** Who the emulated cloud is: the names and secrets that its services check and its description hands to clients. */
export interface EmulatorIdentity {
  readonly storage: { readonly accountName: string; readonly accountKey: string };
  readonly eventHubs: { readonly namespace: string; readonly keyName: string; readonly keyValue: string };
  /** The one service principal of the local authority. Its secret is made once for a state folder. */
  readonly principal: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string };
  readonly arm: { readonly subscriptionId: string; readonly resourceGroup: string; readonly factoryName: string };
}
