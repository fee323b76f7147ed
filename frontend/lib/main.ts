/** What every page runs. Each part enhances HTML that already works. */

import { startDrawer } from "./drawer";
import { startFinder } from "./finder";
import { startIslands } from "./mounting";
import { startKeeping } from "./keep";
import { startKeys } from "./keys";
import { keepMenuParts, startMenus } from "./menus";
import { startPrinting } from "./print";
import { startRequests } from "./requests";
import { startSizeSwitch } from "./size";

startRequests();
startIslands();
startKeys();
startFinder();
startDrawer();
startMenus();
keepMenuParts();
startSizeSwitch();
startKeeping();
startPrinting();

// After a form came back with errors, the summary is where reading goes on.
document.querySelector<HTMLElement>("[data-focus]")?.focus();
