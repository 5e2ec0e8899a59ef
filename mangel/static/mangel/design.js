/* /entwurf/?farben=dunkel or hell: the page as on a device that is set so. Dark follows the device by media queries; their
   rules are copied to where no query asks, or switched off. */
const DARK = "(prefers-color-scheme: dark)";
const wanted = document.querySelector("[data-colours]").dataset.colours;
const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
const dark = rules.filter((rule) => rule instanceof CSSMediaRule && rule.conditionText === DARK);
const sheet = new CSSStyleSheet();
if (wanted === "dunkel") {
  const copied = dark.flatMap((media) => [...media.cssRules].map((rule) => rule.cssText));
  sheet.replaceSync([...copied, ":root { color-scheme: dark; }"].join("\n"));
} else if (wanted === "hell") {
  for (const media of dark) media.media.mediaText = "not all";
  sheet.replaceSync(":root { color-scheme: light; }");
}
document.adoptedStyleSheets = [sheet];
