"""What one writes first: a Streamlit page that calls `model.fit` when its button is pressed."""

import streamlit as st

if st.button("Train", key="train"):
    import keras
    import numpy as np

    x = np.arange(5, dtype="float32").reshape(1, 5, 1) / 5
    model = keras.Sequential(
        [
            keras.Input((5, 1)),
            keras.layers.LSTM(5, return_sequences=True),
            keras.layers.TimeDistributed(keras.layers.Dense(1)),
        ]
    )
    model.compile("adam", "mse")
    st.write(model.fit(x, x, epochs=100, verbose=0).history["loss"][-1])
