"""EchoViz: `streamlit run app.py`. Page and server find their part here, a training worker finds none."""

from pathlib import Path

if __name__ == "__main__":  # Streamlit, for each run of a visitor's page
    import streamlit as st

    icon = Path(__file__).parent / "echoviz/ui/icon.svg"  # a named or emoji icon is fetched from a CDN
    st.set_page_config(page_title="EchoViz", page_icon=str(icon), layout="wide")
    from echoviz.ui.page import show_page

    show_page()
elif __name__ == "app":  # the server, once: `streamlit run` looks for an App and imports this file for it
    from streamlit.starlette import App

    from echoviz.ui import server

    app = App(
        __file__, middleware=server.make_middleware(), routes=server.make_routes(), lifespan=server.live
    )
