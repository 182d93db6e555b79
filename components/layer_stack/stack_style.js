// How the stack of layers and its palette look: by Streamlit's own colours, in light and dark.

export const STYLE = `
.fb-stack { color: var(--st-text-color, inherit); font-family: var(--st-font, inherit); container-type: inline-size; font-size: 0.95rem; }
.fb-stack button { font: inherit; color: inherit; cursor: pointer; }
.fb-stack-head, .fb-stack-row, .fb-stack-end { display: grid; align-items: center; gap: 0 0.6rem;
  grid-template-columns: 1.6rem minmax(8rem, 1fr) 7.5rem 6rem 4rem 1.8rem; }
.fb-stack-head { font-size: 0.8rem; opacity: 0.75; padding-bottom: 0.2rem; }
.fb-stack-list { list-style: none; margin: 0; padding: 0; }
.fb-stack-row { border: 1px solid var(--st-border-color, #ddd); border-radius: 0.5rem; margin: 0.2rem 0; background: var(--st-background-color, #fff); }
.fb-stack-row:hover { border-color: var(--st-primary-color, #3457d5); }
.fb-stack-chosen { border-color: var(--st-primary-color, #3457d5); box-shadow: inset 3px 0 0 var(--st-primary-color, #3457d5); }
.fb-stack-trouble { border-color: #d33; box-shadow: inset 3px 0 0 #d33; }
.fb-stack-off { opacity: 0.55; border-style: dashed; }
.fb-stack-off b { text-decoration: line-through; }
.fb-stack-dragged { opacity: 0.7; box-shadow: 0 3px 12px rgba(0, 0, 0, 0.3); position: relative; z-index: 1; }
.fb-stack .fb-stack-handle { border: 0; background: none; padding: 0.6rem 0 0.6rem 0.4rem; cursor: grab; touch-action: none; opacity: 0.55; }
.fb-stack-handle:hover, .fb-stack-handle:focus-visible { opacity: 1; }
.fb-stack .fb-stack-name { border: 0; background: none; text-align: left; padding: 0.4rem 0; min-width: 0; display: grid; }
.fb-stack-name small { opacity: 0.75; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.fb-stack-shape, .fb-stack-count, .fb-stack-work { font-variant-numeric: tabular-nums; font-size: 0.9rem; }
.fb-stack-count, .fb-stack-work { padding-right: 0.5rem; }
.fb-stack .fb-stack-eye { border: 0; background: none; padding: 0.6rem 0.3rem; opacity: 0.55; display: flex; }
.fb-stack-eye:hover, .fb-stack-eye:focus-visible, .fb-stack-off .fb-stack-eye { opacity: 1; }
.fb-stack-eye svg { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.2; }
.fb-stack-wrong { color: #d33; font-size: 0.9rem; font-weight: 600; }
.fb-stack-bar { display: block; height: 3px; border-radius: 2px; margin-top: 2px; background: var(--st-secondary-background-color, #eee); }
.fb-stack-bar::after { content: ""; display: block; height: 100%; width: var(--share); border-radius: inherit; background: var(--st-primary-color, #3457d5); }
.fb-stack .fb-stack-front { display: inline; padding: 0; font: inherit; color: inherit; cursor: pointer; }
.fb-stack-end { padding: 0.35rem 0; font-size: 0.9rem; }
.fb-stack-more { grid-column: 4 / -1; }
.fb-stack-empty { opacity: 0.8; margin: 0.5rem 0; }
.fb-stack .fb-stack-down { display: none; }
@media (max-width: 640px) {
  .fb-stack .fb-stack-down { display: block; grid-column: 1 / -1; order: 9; border: 0; background: none; padding: 0.3rem 0.6rem 0.5rem;
    text-align: right; color: var(--st-primary-color, #3457d5); }
}
.fb-stack-waiting { opacity: 0.6; pointer-events: none; }
.fb-stack-said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
.fb-palette { border: 1px solid var(--st-border-color, #ddd); border-radius: 0.5rem; margin: 0.6rem 0 0.2rem; }
.fb-palette summary { cursor: pointer; padding: 0.5rem 0.75rem; font-weight: 600; }
.fb-palette-inner { padding: 0 0.75rem 0.75rem; }
.fb-palette-search { display: flex; gap: 0.5rem; align-items: center; }
.fb-palette-search input { font: inherit; color: inherit; flex: 1; min-width: 0; padding: 0.3rem 0.6rem; border: 1px solid var(--st-border-color, #ccc);
  border-radius: 0.5rem; background: var(--st-secondary-background-color, #f4f4f6); }
.fb-palette-list { max-height: min(60vh, 34rem); overflow-y: auto; overscroll-behavior: contain; padding-right: 0.25rem; }
.fb-palette-where { font-size: 0.85rem; opacity: 0.8; margin: 0.4rem 0; }
.fb-palette h4 { margin: 0.6rem 0 0.25rem; padding: 0; font-size: 0.9rem; }
.fb-palette-cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr)); gap: 0.4rem; }
.fb-palette .fb-palette-card { display: grid; grid-template-columns: 60px 1fr; gap: 0.6rem; text-align: left; align-items: start; padding: 0.45rem;
  border: 1px solid var(--st-border-color, #ddd); border-radius: 0.5rem; background: none; }
.fb-palette-card[hidden], .fb-palette-group[hidden], .fb-palette-none[hidden] { display: none; }
.fb-palette-card:not([aria-disabled]):hover, .fb-palette-card:focus-visible { border-color: var(--st-primary-color, #3457d5); }
.fb-palette-card[aria-disabled] { cursor: not-allowed; border-style: dashed; }
.fb-palette-card[aria-disabled] svg, .fb-palette-card[aria-disabled] b, .fb-palette-card[aria-disabled] small:not(.fb-palette-why) { opacity: 0.5; }
.fb-palette-card b, .fb-palette-card small { display: block; }
.fb-palette-card small { opacity: 0.85; font-size: 0.8rem; line-height: 1.3; }
.fb-palette-why:empty { display: none; }
.fb-palette-card .fb-palette-why { opacity: 1; margin-top: 0.15rem; font-style: italic; }
.fb-palette-card svg { width: 60px; height: 40px; color: var(--st-primary-color, #3457d5); }
@container (max-width: 34rem) {
  .fb-stack-head { display: none; }
  .fb-stack-row { grid-template-columns: 1.6rem 1fr auto 1.8rem; }
  .fb-stack-name { grid-column: 2 / 4; }
  .fb-stack-eye { grid-column: 4; grid-row: 1; }
  .fb-stack-shape, .fb-stack-wrong { grid-column: 2; }
  .fb-stack-count { grid-column: 3; padding-right: 0; }
  .fb-stack-row > span { padding-bottom: 0.4rem; }
  .fb-stack-count:not(:empty)::before { content: attr(data-label); opacity: 0.75; }
  .fb-stack-work { display: none; }
  .fb-stack-end { grid-template-columns: 1.6rem 1fr auto; }
  .fb-stack-more { grid-column: 2 / -1; }
}
`;
