/** What build.mjs gathers from the apps; an island is a module with `mount`. */
declare module "jishu:islands" {
  const islands: Record<string, (() => Promise<{ mount(root: HTMLElement): void }>) | undefined>;
  export default islands;
}
